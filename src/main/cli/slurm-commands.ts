/** `credence slurm`: what the commands are called and take; what they do is in `commands/slurm.ts`. */
import type { Command } from 'commander';
import { dbOption, jsonOption } from './options.ts';

export function addSlurm(program: Command): void {
  const slurm = program.command('slurm').description('jobs that were sent to a cluster by --slurm');
  addStatus(slurm);
  addOf(slurm, 'collect', 'bring what a job has found so far', 'collectCommand');
  addOf(slurm, 'cancel', 'end a job; what its tasks saved is kept', 'cancelCommand');
  addAgain(slurm);
  addTask(slurm);
  for (const command of slurm.commands) command.exitOverride();
}

function addStatus(slurm: Command): void {
  slurm
    .command('status')
    .description('ask the cluster how a job stands, and bring what it found; without a number, list the jobs')
    .argument('[job]', 'job')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (job: string | undefined, options) => {
      const { statusCommand } = await import('./commands/slurm.ts');
      process.exitCode = await statusCommand(job, options);
    });
}

function addOf(
  slurm: Command,
  name: string,
  description: string,
  does: 'collectCommand' | 'cancelCommand',
): void {
  slurm
    .command(name)
    .description(description)
    .argument('<job>', 'job')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (job: string, options) => {
      const commands = await import('./commands/slurm.ts');
      process.exitCode = await commands[does](job, options);
    });
}

function addAgain(slurm: Command): void {
  slurm
    .command('resume')
    .description('send the tasks again that ended early; they go on from their checkpoints')
    .argument('<job>', 'job')
    .option('--wait', 'stay until all is trained and collected')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (job: string, options) => {
      const { againCommand } = await import('./commands/slurm.ts');
      process.exitCode = await againCommand(job, options);
    });
}

/** Slurm starts it; nobody types it. */
function addTask(slurm: Command): void {
  slurm
    .command('task', { hidden: true })
    .argument('<folder>', 'folder of the job')
    .argument('<task>', 'number of the task')
    .action(async (folder: string, task: string) => {
      const { taskCommand } = await import('./commands/slurm.ts');
      process.exitCode = await taskCommand(folder, task);
    });
}
