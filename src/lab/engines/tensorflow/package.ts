/**
 * Where TensorFlow's parts lie: the JavaScript of @tensorflow/tfjs-node(-gpu), and a native binding, built
 * here (`npm run build:tensorflow`) or downloaded by the package itself.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import envPaths from 'env-paths';

/** Both hold the same JavaScript; what they download differs. The first runs on CPUs too. */
export const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
const BINDING = 'tfjs_binding.node';
const BUILD = '"npm run build:tensorflow" builds it for the TensorFlow of your Python';

/** What loading needs. */
export interface TensorFlowParts {
  packageName: string;
  /** Folder of the package. */
  folder: string;
  /** The native binding. */
  binding: string;
}

/** Where `npm run build:tensorflow` puts what it builds: `CREDENCE_TENSORFLOW`, else the platform's cache folder. */
export function builtBinding(): string {
  const folder =
    process.env['CREDENCE_TENSORFLOW'] ?? path.join(envPaths('credence', { suffix: '' }).cache, 'tensorflow');
  return path.join(path.resolve(folder), BINDING);
}

/** Folder of an installed package; null where it is missing. */
export function packageFolder(name: string): string | null {
  try {
    return path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

/** Bindings that a package's own install script left, one folder for each version of Node's interface. */
function downloadedBindings(folder: string): string[] {
  const lib = path.join(folder, 'lib');
  const folders = existsSync(lib) ? readdirSync(lib) : [];
  return folders.map((name) => path.join(lib, name, BINDING)).filter((file) => existsSync(file));
}

/**
 * Everything that may work, the best first.
 * @throws Error saying what is missing and how to get it
 */
export function findTensorFlow(): TensorFlowParts[] {
  const packages = PACKAGES.flatMap((packageName) => {
    const folder = packageFolder(packageName);
    return folder === null ? [] : [{ packageName, folder }];
  });
  if (packages.length === 0)
    throw new Error(`${PACKAGES[1]} is not installed; ${BUILD}, and installs the package`);
  const built = existsSync(builtBinding()) ? [{ ...packages[0], binding: builtBinding() }] : [];
  const downloaded = packages.flatMap((one) =>
    downloadedBindings(one.folder).map((binding) => ({ ...one, binding })),
  );
  if (built.length + downloaded.length === 0)
    throw new Error(
      `its native part is missing; ${BUILD} (any version, any card it supports), ` +
        `"npm explore ${packages[0].packageName} -- npm run install" downloads TensorFlow 2.9 with CUDA 11`,
    );
  return [...built, ...downloaded];
}

/** What is missing and how to get it; null where something is installed. */
export function absentTensorFlow(): string | null {
  try {
    findTensorFlow();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The bindings that are installed and when they were made; null where there is none. */
export function installedTensorFlow(): string | null {
  try {
    const files = findTensorFlow().map(({ binding }) => `${binding} ${statSync(binding).mtimeMs}`);
    return files.join('; ');
  } catch {
    return null;
  }
}
