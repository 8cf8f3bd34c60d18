/** The commands that open the app: what they are called and take; what they do is in `commands/serve.ts`. */
import type { Command } from 'commander';
import { dbOption } from './options.ts';

/** `app`. */
export function addApp(program: Command): void {
  program
    .command('app')
    .description('open the app as a window: of Chrome, Chromium or Edge, else in the default browser')
    .option('--port <n>', 'port to listen on; the one of last time unless given, 0 takes any free one')
    .addOption(dbOption())
    .action(async (options) => {
      const { serveCommand } = await import('./commands/serve.ts');
      process.exitCode = await serveCommand({ ...options, open: true, app: true });
    });
}

/** `serve`. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('open the app in a browser, served to this machine only')
    .option('--port <n>', 'port to listen on; the one of last time unless given, 0 takes any free one')
    .option('--no-open', 'print the address without opening a browser')
    .addOption(dbOption())
    .action(async (options) => {
      const { serveCommand } = await import('./commands/serve.ts');
      process.exitCode = await serveCommand(options);
    });
}
