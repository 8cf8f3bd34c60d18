import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// Rules that need types are oxlint's (.oxlintrc.json), which asks TypeScript once for all files.
export default tseslint.config(
  // The last: electron-vite writes its config there while it builds, and removes it.
  { ignores: ['out/', 'coverage/', 'node_modules/', 'electron.vite.config.ts.*.mjs'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.ts', '**/*.js', '**/*.svelte'],
    languageOptions: { parserOptions: { extraFileExtensions: ['.svelte'] } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // An import of types alone that is not `import type` loads the module: the list came with all of zod that way.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/renderer/**'],
    languageOptions: { globals: globals.browser },
    // Types are checked by svelte-check, which knows the DOM.
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
  {
    // docs/security.md: what goes to the network is in one place.
    files: ['src/lab/**', 'src/main/**', 'src/shared/**'],
    ignores: ['src/main/network/**'],
    rules: { 'no-restricted-globals': ['error', 'fetch', 'WebSocket', 'EventSource'] },
  },
  { files: ['bench/**', 'src/main/cli/**', '.ci/**', 'scripts/**'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { sourceType: 'commonjs', globals: { module: 'writable' } },
  },
);
