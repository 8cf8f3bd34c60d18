import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { licences } from './scripts/licences.ts';
import { ownDirname } from './scripts/own-dirname.ts';
import { plainIcons } from './scripts/plain-icons.ts';
import { withoutNodeFetch } from './scripts/without-node-fetch.ts';

/** Bundles what ships: the app, the command line, the training process, the worker thread, the bridge, and the window. */
export default defineConfig({
  main: {
    plugins: [ownDirname(), withoutNodeFetch(), licences()],
    build: {
      // All but packages with native parts goes into the bundle (scripts/published.ts).
      externalizeDeps: false,
      rollupOptions: {
        input: {
          app: 'src/main/electron/index.ts',
          credence: 'src/main/cli/credence.js',
          trainer: 'src/main/trainer/process.ts',
          work: 'src/main/work/entry.ts',
        },
        external: ['better-sqlite3', 'onnxruntime-node', 'electron-vite'],
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload script is one CommonJS file.
      externalizeDeps: false,
      rollupOptions: {
        input: 'src/preload/index.ts',
        output: { format: 'cjs', entryFileNames: 'index.cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [plainIcons(), svelte(), licences()],
    build: {
      // A third as much to read and compile until the list is there.
      minify: true,
      // Fonts and icons stay files: the page's policy allows no data: fonts.
      assetsInlineLimit: 0,
      rollupOptions: {
        input: 'src/renderer/index.html',
        // One file of all that the list needs, and one of what views share, instead of one for each set of views that
        // share a part: asking for forty took longer than reading them.
        output: {
          codeSplitting: {
            groups: [
              { name: 'window', tags: ['$initial'] },
              { name: 'views', minShareCount: 2 },
            ],
          },
        },
      },
    },
  },
});
