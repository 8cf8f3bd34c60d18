/**
 * The layers of Credence: imports point only downwards (docs/architecture.md).
 *   renderer → preload → main → lab → shared
 */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'shared-is-the-bottom',
      comment: 'src/shared is the language all sides speak: it imports no other layer.',
      severity: 'error',
      from: { path: '^src/shared/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(lab|main|preload|renderer)/' },
    },
    {
      name: 'no-node-in-the-window',
      comment: 'What the window loads runs without Node: src/shared, src/renderer, src/preload.',
      severity: 'error',
      from: { path: '^src/(shared|renderer|preload)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
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
      from: { path: '^src/renderer/' },
      to: {
        path: '^src/(lab|main|preload)/|node_modules/(electron|better-sqlite3|onnxruntime-node|ws|commander)/',
      },
    },
    {
      name: 'preload-bridges-only',
      comment: 'The preload script has Electron and the contract, nothing else.',
      severity: 'error',
      from: { path: '^src/preload/' },
      to: { pathNot: '^src/(shared|preload)/|node_modules/electron/' },
    },
    {
      name: 'one-way-to-the-network',
      comment: 'Only what a person asked for goes there: models, and whether there is a newer release.',
      severity: 'error',
      from: { pathNot: '^src/main/network/' },
      to: { path: 'node_modules/@huggingface/hub/' },
    },
    {
      name: 'one-way-to-onnx-runtime',
      comment: 'What it would send away has to be turned off before it is loaded.',
      severity: 'error',
      from: { pathNot: '^src/lab/engines/onnx/runtime\\.ts$' },
      to: { path: 'node_modules/onnxruntime-node/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tasks-stand-behind-one-interface',
      comment: 'Who trains, queues, keeps, compares and draws knows tasks, never one of them.',
      severity: 'error',
      from: {
        path: '^src/(lab/(training|steps)|main/(runs|history|trainer|report)|shared/stats|renderer/charts)/',
      },
      to: { path: '^src/lab/(corpus|tags)/|^src/lab/tasks/(?!(index|task|plan|pinned)\\.ts)' },
    },
    {
      name: 'one-table-of-tasks',
      comment: 'A task knows no other task; only the table knows them all.',
      severity: 'error',
      from: { path: '^src/lab/tasks/([^/]+)/' },
      to: { path: '^src/lab/tasks/[^/]+/', pathNot: '^src/lab/tasks/$1/' },
    },
    {
      name: 'no-tests-in-code',
      comment: 'What ships knows no test, no benchmark and no script.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '\\.test\\.ts$|^(test|bench|scripts)/' },
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
