#!/usr/bin/env node
/**
 * Entry of the command line. better-sqlite3 and running TypeScript directly need Node 24: under an older
 * Node this starts itself again with the one that `npm ci` installed.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  module.enableCompileCache?.();
  const { main } = await import('./main.ts');
  await main(process.argv);
} else {
  restartWithInstalledNode();
}

function restartWithInstalledNode() {
  const node = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(node)) {
    process.stderr.write(
      `credence: Node ${process.versions.node} is too old (24 or later is needed) and ${node} is missing; run "npm ci" in the project folder\n`,
    );
    process.exit(2);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child through the terminal; a signal sent to this process alone is passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
