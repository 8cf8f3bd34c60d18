/** The command line: starts it, says what went wrong, and sets how the process ends. */
import { CommanderError } from 'commander';
import { UserError } from '#shared/errors.ts';
import { visible } from '#shared/plain-text.ts';
import { brokenOutput, watchOutputs } from '../stopping.ts';
import { EXIT } from './exit.ts';
import { buildProgram } from './program.ts';

/**
 * Runs the command line and sets the process's exit code.
 * @param argv as `process.argv`
 */
export async function main(argv: string[]): Promise<void> {
  watchOutputs();
  const program = buildProgram();
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
  await reportOutput();
}

/** A pipe that was closed early (`credence list | head`) is no error; a full disk is. */
async function reportOutput(): Promise<void> {
  const broken = await brokenOutput();
  if (broken === null || broken.reason === 'EPIPE' || broken.reason === 'EIO') return;
  process.stderr.write(`credence: ${broken.name}; free some space, or send the output elsewhere\n`);
  process.exitCode ||= EXIT.usage;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UserError) {
    process.stderr.write(`credence: ${visible(error.message)}\n`);
    return EXIT.usage;
  }
  process.stderr.write(
    `credence: unexpected error, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT.failed;
}
