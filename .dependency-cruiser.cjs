/**
 * The layers of Credence: imports point only downwards (docs/architecture.md).
 *   renderer → preload → main → lab → shared
 */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'shared-is-the-bottom',
      comment: 'src/shared is the language all sides speak: it imports no other layer and no Node module.',
      severity: 'error',
      from: { path: '^src/shared/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(lab|main|preload|renderer)/|^(node:|fs$|path$|crypto$|os$)' },
    },
    {
      name: 'lab-is-the-science',
      comment: 'src/lab knows no Electron, no database and no host.',
      severity: 'error',
      from: { path: '^src/lab/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(main|preload|renderer)/|node_modules/(electron|better-sqlite3|commander)/' },
    },
    {
      name: 'main-hosts',
      severity: 'error',
      from: { path: '^src/main/' },
      to: { path: '^src/(preload|renderer)/' },
    },
    {
      name: 'renderer-talks-to-the-api',
      comment: 'The renderer sees src/shared only: everything else goes through the API.',
      severity: 'error',
      from: { path: '^src/(renderer|preload)/' },
      to: { path: '^src/(lab|main)/|^(node:|fs$|path$|crypto$|os$)' },
    },
    {
      name: 'no-tests-in-code',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '\\.test\\.ts$|^test/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'types', 'svelte', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.mjs'],
    },
  },
};
