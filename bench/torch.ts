/** Finds Python interpreters that have PyTorch. */
import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';

export interface Torch {
  python: string;
  version: string;
}

export const INSTALL =
  'PyTorch is missing: python3 -m venv ~/torch && ~/torch/bin/pip install torch numpy, then ' +
  'CREDENCE_TORCH=~/torch/bin/python npm run bench (on Debian also: apt install python3-torch)';

/** Interpreters in CREDENCE_TORCH (separated like PATH), else the ones found first on PATH and Debian's. */
function candidates(): string[] {
  const named = process.env.CREDENCE_TORCH;
  if (named !== undefined) return named.split(delimiter).filter(Boolean);
  return ['python3', 'python', '/usr/bin/python3'];
}

function torchOf(python: string): Torch | null {
  const script = 'import numpy, torch; print(torch.__version__.split("+")[0])';
  try {
    const version = execFileSync(python, ['-c', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { python, version: version.trim() };
  } catch {
    return null;
  }
}

/** One interpreter for each version of PyTorch that can be found. */
export function findTorches(): Torch[] {
  const found = candidates()
    .map(torchOf)
    .filter((torch) => torch !== null);
  return found.filter(({ version }, i) => found.findIndex((other) => other.version === version) === i);
}
