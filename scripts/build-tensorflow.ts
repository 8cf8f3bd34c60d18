/**
 * `npm run build:tensorflow`: builds tfjs-node's native binding against the libtensorflow of an installed
 * Python TensorFlow, so that the `tensorflow` engine runs on whatever that TensorFlow supports. tfjs-node's own
 * download ends at TensorFlow 2.9 and CUDA 11.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { builtBinding, PACKAGES, packageFolder } from '#lab/engines/tensorflow/package.ts';

const HELP = `Usage: npm run build:tensorflow -- [options]

Builds the tensorflow engine against the TensorFlow of a Python (pip install tensorflow, tensorflow[and-cuda]
for an NVIDIA GPU, or tensorflow-cpu). Needs a C++ compiler (c++, or what CXX names).

  --python <command>   the Python that has TensorFlow (default python3)
  --out <folder>       where the binding goes (default ${path.dirname(builtBinding())});
                       elsewhere, set CREDENCE_TENSORFLOW to that folder when you run Credence
  --help               show this
`;

/** Where the JavaScript and the sources of the binding come from. */
const PACKAGE = PACKAGES[1];

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function parse() {
  try {
    return parseArgs({
      options: {
        python: { type: 'string', default: 'python3' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

/** Version and folder of a Python's TensorFlow, without importing it. */
const ASK = `
import importlib.util, json
found = importlib.util.find_spec('tensorflow')
print(json.dumps(list(found.submodule_search_locations)[0] if found else None))`;

function tensorFlowFolder(python: string): string {
  let answer: string;
  try {
    answer = execFileSync(python, ['-c', ASK], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return fail(`--python: ${python} does not run; name a Python 3`);
  }
  const folder = JSON.parse(answer) as string | null;
  return (
    folder ??
    fail(`--python: ${python} has no TensorFlow; install it with: ${python} -m pip install tensorflow`)
  );
}

/** The shared libraries of a TensorFlow; a wheel names them by its major version. */
function libraries(folder: string): string[] {
  const pattern = /^libtensorflow_(cc|framework)\.(so\.\d+|\d+\.dylib)$/;
  const found = readdirSync(folder).filter((name) => pattern.test(name));
  if (found.length === 2) return found.map((name) => path.join(folder, name));
  return fail(`${folder} has no libtensorflow_cc and libtensorflow_framework (Windows wheels carry none)`);
}

/** Folder of the package; npm 10 removes an optional package whose download failed. */
function installedPackage(): string {
  const folder = packageFolder(PACKAGE);
  if (folder !== null) return folder;
  console.log(`installing ${PACKAGE}`);
  execFileSync('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', PACKAGE], {
    stdio: 'inherit',
  });
  return packageFolder(PACKAGE) ?? fail(`${PACKAGE} could not be installed`);
}

/** Headers of Node's stable native interface: what is built works in every Node and Electron. */
function nodeHeaders(): string {
  return path.join(path.dirname(fileURLToPath(import.meta.resolve('node-api-headers'))), 'include');
}

function compile(tensorflow: string, output: string): void {
  const sources = path.join(installedPackage(), 'binding');
  const files = readdirSync(sources).filter((name) => name.endsWith('.cc'));
  const platform = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  const compiler = process.env['CXX'] ?? 'c++';
  execFileSync(
    compiler,
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
      ...[`-I${nodeHeaders()}`, `-I${path.join(tensorflow, 'include')}`],
      ...files.map((name) => path.join(sources, name)),
      ...libraries(tensorflow),
      ...[`-Wl,-rpath,${tensorflow}`, ...platform, '-o', output],
    ],
    { stdio: 'inherit' },
  );
}

/** What a Node of its own says of the engine. */
function tried(folder: string): string {
  const script = `
    const { describeEngine } = await import('#lab/engines/index.ts');
    const { available, detail, reason } = await describeEngine('tensorflow');
    if (!available) throw new Error(reason);
    console.log(detail);`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, CREDENCE_TENSORFLOW: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}

function main(): void {
  const args = parse();
  if (args.help) return console.log(HELP);
  const tensorflow = tensorFlowFolder(args.python);
  const output =
    args.out === undefined ? builtBinding() : path.resolve(args.out, path.basename(builtBinding()));
  mkdirSync(path.dirname(output), { recursive: true });
  console.log(`building against ${tensorflow}`);
  try {
    compile(tensorflow, output);
  } catch (error) {
    fail(
      `the binding could not be built: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    );
  }
  console.log(`wrote ${output}`);
  console.log(`the tensorflow engine works: ${tried(path.dirname(output))}`);
}

main();
