import { defineConfig } from 'electron-vite';

/**
 * Bundles what ships: the command line and the training process. The window's entries come with the app.
 */
export default defineConfig({
  main: {
    build: {
      rollupOptions: {
        input: {
          credence: 'src/main/cli/credence.js',
          trainer: 'src/main/trainer/process.ts',
        },
      },
    },
  },
});
