/** Options that several commands have. */
import { Option, type Command } from 'commander';

export const jsonOption = () => new Option('--json', 'print one JSON object instead of text');
export const dbOption = () =>
  new Option('--db <file>', 'history database (default: in the data folder, or in CREDENCE_HOME)');
const togetherOption = () =>
  new Option(
    '--together <n>',
    'seeds that one process trains in one graph, for GPUs (default: 1, each by itself)',
  );
/** An option whose values are gathered. */
export const repeated = (flags: string, about: string) =>
  new Option(flags, `${about}; may be repeated`).argParser(
    (value: string, previous: string[] | undefined) => [...(previous ?? []), value],
  );

export const setOption = () =>
  repeated('--set <path=value>', 'change a config field, for example training.stage2.epochs=20');

export const modelOption = () =>
  new Option(
    '--model <folder>',
    'begin with this pre-trained model: a folder, or a name that "credence models" lists (pretrained.model)',
  );

/** Those of every command that trains. @param files what is written at the end */
export function trainingOptions(command: Command, files = 'the figure and the report'): Command {
  return command
    .option('--jobs <n>', 'seeds to train at the same time (default: one per core)')
    .addOption(togetherOption())
    .option('--out <folder>', `where to write ${files} (default: beside the database)`)
    .addOption(dbOption())
    .addOption(jsonOption());
}
