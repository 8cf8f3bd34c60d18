#!/usr/bin/env node
/**
 * Entry of the command line. better-sqlite3 and running TypeScript directly need Node 24: under an older
 * Node this starts itself again with the one that npm installed beside it.
 */
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { handOver } from './hand-over.js';
import { installedNode } from './installed-node.js';

const NEEDED = 24;

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  // Training processes and worker threads find their compiled sources there, too.
  const { directory } = module.enableCompileCache?.() ?? {};
  if (directory) process.env.NODE_COMPILE_CACHE ??= directory;
  // Before any thread: threads get a copy of the environment, which native libraries do not read.
  await import('../../lab/engines/onnx/no-telemetry.ts');
  const { main } = await import('./main.ts');
  await main(process.argv);
} else {
  restartWithInstalledNode();
}

function restartWithInstalledNode() {
  const node = installedNode();
  if (node) return handOver(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
  process.stderr.write(
    `credence: Node ${process.versions.node} is too old, ${NEEDED} or later is needed; get it from https://nodejs.org, or ` +
      `install Credence again with its own ("npm install" without --omit=optional; "npm ci" in a checkout)\n`,
  );
  process.exit(2);
}
