/** The commands about pre-trained models: what they are called and take; what they do is in `commands/`. */
import type { Command } from 'commander';
import { jsonOption, modelOption, repeated, setOption } from './options.ts';

/** `models`, `models get` and `models save`. */
export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('list the pre-trained models on this machine; "models get" fetches one')
    .addOption(repeated('--dir <folder>', 'also list this model, or the models in this folder'))
    .addOption(jsonOption())
    .action(async (options) => {
      const { modelsCommand } = await import('./commands/models.ts');
      modelsCommand(options);
    });
  models
    .command('get')
    .description('fetch a model from the Hugging Face Hub into its cache, after saying how large it is')
    .argument('<name>', 'ORG/NAME, perhaps with @ and a branch, tag or commit')
    .option('--yes', 'fetch without asking')
    .addOption(jsonOption())
    .action(async (name: string, _, command: Command) => {
      const { getModelCommand } = await import('./commands/models.ts');
      process.exitCode = await getModelCommand(name, command.optsWithGlobals());
    });
  models
    .command('save')
    .description('save weights that a run kept as a folder that Hugging Face’s transformers loads')
    .argument('<weights>', 'file of a run with a pre-trained model, such as stage2.safetensors')
    .argument('<folder>', 'folder to make')
    .addOption(jsonOption())
    .action(async (weights: string, folder: string, _, command: Command) => {
      const { saveModelCommand } = await import('./commands/models.ts');
      saveModelCommand(weights, folder, command.optsWithGlobals());
    });
}

/** `zero-shot`. */
export function addZeroShot(program: Command): void {
  program
    .command('zero-shot')
    .description('ask a pre-trained model, before it is trained, every fact under the real names')
    .argument('<experiment>', 'preset name or YAML file')
    .addOption(modelOption())
    .option('--seed <n>', 'seed whose entities are asked about (default: the first of the experiment)')
    .option('--keep <n>', 'keep the entities of which the model knows so many facts or more; with --out')
    .option('--out <file>', 'write the experiment with these entities alone')
    .addOption(setOption())
    .addOption(jsonOption())
    .action(async (source: string, options) => {
      const { zeroShotCommand } = await import('./commands/zero-shot.ts');
      process.exitCode = await zeroShotCommand(source, options);
    });
}
