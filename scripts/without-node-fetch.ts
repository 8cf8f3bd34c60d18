/** A Vite plugin: node-fetch, which TensorFlow.js brings for Node without a `fetch` of its own, stays out of what ships. */
import type { Plugin } from 'vite';

/**
 * Its imports of http and https stand at the head of a bundle's file, where TensorFlow.js loads them only once it needs them:
 * every command and every training process took 40 ms to load Node's clients of the network, and asked it for nothing.
 */
export function withoutNodeFetch(): Plugin {
  return {
    name: 'without-node-fetch',
    enforce: 'pre',
    load: {
      filter: { id: /node_modules\/node-fetch\// },
      handler: () => 'export default globalThis.fetch;',
    },
  };
}
