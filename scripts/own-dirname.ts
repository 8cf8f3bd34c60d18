/** A Vite plugin: a package that names its own folder `__dirname` keeps it beside electron-vite's of that name. */
import type { Plugin } from 'vite';

/** Both in one file are a syntax error, which shows only when that file is loaded. */
export function ownDirname(): Plugin {
  return {
    name: 'own-dirname',
    transform: {
      filter: { id: /node_modules/, code: /\b(?:const|let|var) __dirname\b/ },
      handler: (code) => code.replaceAll('__dirname', '__ownDirname'),
    },
  };
}
