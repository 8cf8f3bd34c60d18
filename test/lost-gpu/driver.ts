/** A GPU that fails when it is told to: a driver of our own in front of the software device. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('driver.c', import.meta.url));

/** The driver behind it, as `test/software-gpu.ts` found it; null without one, or without a C compiler. */
const DRIVER = process.env['CREDENCE_TEST_VULKAN'];
export const CAN_FAIL =
  DRIVER !== undefined && spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;

export interface FailingGpu {
  /** Environment of processes that compute on it. */
  env: NodeJS.ProcessEnv;
  /** What goes wrong next: the device is lost to the process that uses it next, or one allocation is refused. */
  fail(kind: 'lost' | 'memory'): void;
}

/** @param folder for the driver and the file that tells it */
export function failingGpu(folder: string): FailingGpu {
  const [library, icd] = ['libfailing.so', 'icd.json'].map((name) => path.join(folder, name));
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl']);
  const behind = JSON.parse(readFileSync(DRIVER!, 'utf8')) as { ICD: { library_path: string } };
  const ICD = { library_path: library, api_version: '1.0.5' };
  writeFileSync(icd, JSON.stringify({ file_format_version: '1.0.0', ICD }));
  const fault = path.join(folder, 'fault');
  const real = path.resolve(path.dirname(DRIVER!), behind.ICD.library_path);
  return {
    env: {
      ...{ VK_ICD_FILENAMES: icd, CREDENCE_TEST_VULKAN_DRIVER: real },
      CREDENCE_TEST_VULKAN_FAULT: fault,
    },
    fail: (kind) => writeFileSync(`${fault}.${kind}`, ''),
  };
}
