/** The commands that train: what they are called and take; what they do is in `commands/`. */
import type { Command } from 'commander';
import { modelOption, repeated, setOption, trainingOptions } from './options.ts';
import { slurmOptions } from './slurm-flags.ts';

/** `run`, `sweep`, `resume` and `extend`. */
export function addTraining(program: Command): void {
  addRun(program);
  addSweep(program);
  addResume(program);
  addExtend(program);
}

function addRun(program: Command): void {
  const command = program
    .command('run')
    .description('train an experiment over its seeds and report what was found')
    .argument('<experiment>', 'preset name or YAML file')
    .option('--seeds <seeds>', 'a count (5), a range (600..604) or a list (3,8)')
    .addOption(modelOption())
    .addOption(setOption())
    .option('--engine <id>', 'what computes: auto, or one that "credence engines" lists')
    .option('--name <text>', 'name of the experiment');
  slurmOptions(trainingOptions(command)).action(async (source: string, options) => {
    const { runCommand } = await import('./commands/run.ts');
    process.exitCode = await runCommand(source, options);
  });
}

function addSweep(program: Command): void {
  const command = program
    .command('sweep')
    .description('train an experiment once per combination of the values of some fields')
    .argument('<experiment>', 'preset name or YAML file; one with a "sweep" part needs no --over')
    .addOption(
      repeated('--over <path=values>', 'a field and its values, for example tags.correlation=0.5,0.75,1'),
    )
    .option('--paired', 'take the first values together, then the second ones, instead of every combination')
    .option('--seeds <seeds>', 'a count (5), a range (600..604) or a list (3,8)')
    .addOption(modelOption())
    .addOption(setOption())
    .option('--engine <id>', 'what computes: auto, or one that "credence engines" lists')
    .option('--name <text>', 'name of the sweep');
  slurmOptions(trainingOptions(command, 'the figures and numbers')).action(
    async (source: string, options) => {
      const { sweepCommand } = await import('./commands/sweep.ts');
      process.exitCode = await sweepCommand(source, options);
    },
  );
}

function addResume(program: Command): void {
  const command = program
    .command('resume')
    .description('go on with the unfinished runs of an experiment from their last checkpoints')
    .argument('<id>', 'experiment, or sweep (s3)');
  trainingOptions(command).action(async (id: string, options) => {
    const { resumeCommand } = await import('./commands/run.ts');
    process.exitCode = await resumeCommand(id, options);
  });
}

function addExtend(program: Command): void {
  const command = program
    .command('extend')
    .description(
      'add seeds to an experiment and train them; or train its last stage longer, as an experiment of its own',
    )
    .argument('<id>', 'experiment')
    .option('--seeds <seeds>', 'a count (10: until it has 0 to 9), a range (10..19) or a list')
    .option('--epochs <n>', 'epochs of the last stage in all; what comes before it is not trained again');
  trainingOptions(command).action(async (id: string, options) => {
    const { extendCommand } = await import('./commands/run.ts');
    process.exitCode = await extendCommand(id, options);
  });
}
