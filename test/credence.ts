/** Runs the real command line in a process of its own, on a data folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line as sources, which Node runs as they are. */
export const SOURCES = fileURLToPath(new URL('../src/main/cli/credence.js', import.meta.url));

/**
 * The command line, as a file to run: in tests the one that ships, bundled (`build-shipped.ts`), which starts in half the time;
 * elsewhere the sources.
 */
export const ENTRY = process.env['CREDENCE_TEST_ENTRY'] ?? SOURCES;

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  /** Everything printed so far on both streams. */
  output(): string;
  finished: Promise<Finished>;
}

/** A fresh, empty folder. */
export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'credence-test-'));
}

/** Starts `credence …args`; `home` becomes CREDENCE_HOME. @param more environment beside that */
export function startCredence(
  args: string[],
  home: string,
  cwd = home,
  more: NodeJS.ProcessEnv = {},
): Running {
  const env = { ...process.env, CREDENCE_HOME: home, NO_COLOR: '1', ...more };
  const child = spawn(process.execPath, [ENTRY, ...args], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, output: () => stdout + stderr, finished };
}

export function credence(args: string[], home: string, cwd = home): Promise<Finished> {
  return startCredence(args, home, cwd).finished;
}

/** Waits until a condition holds; fails after `seconds`. */
export async function until(condition: () => boolean, what: string, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** An experiment that trains in about a second per seed. */
export const TINY = `
name: tiny
engine: onnx
dataset: { kind: world, n_entities: 120, n_attributes: 4, n_values: 4 }
model: { architecture: gpt2, d_model: 16, n_layers: 1, n_heads: 2 }
training:
  loss: targets
  optimizer: { name: adamw, beta2: 0.99 }
  stage0: { epochs: 2, batch_size: 64, lr: 1.0e-3 }
  stage1: { epochs: 3, batch_size: 64, lr: 1.0e-3, fact_share: 1 }
  stage2: { epochs: 2, batch_size: 8, lr: 1.0e-3 }
evaluation: { tests: [questions, association, letters] }
seeds: 2
`;

/** Writes a file into a folder and returns its path. */
export function writeIn(folder: string, name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}
