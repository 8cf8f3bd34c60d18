/** All commands, in the order in which `credence --help` lists them. */
import { Command } from 'commander';
import { credenceVersion } from '../resources.ts';
import { addApp, addServe } from './app-commands.ts';
import { addCompare, addPlan, addRegister, addRepeat } from './comparison-commands.ts';
import { addDatasets } from './datasets-commands.ts';
import { addEngines, addFields, addPresets, addPreview } from './design-commands.ts';
import { addExport, addExportData, addImport } from './file-commands.ts';
import { addBackup, addList, addShow, addTable } from './history-commands.ts';
import { addModels, addZeroShot } from './model-commands.ts';
import { addAnalyse, addAnswers, addFigure } from './result-commands.ts';
import { addSlurm } from './slurm-commands.ts';
import { addTraining } from './training-commands.ts';

/**
 * The program with every command, its options and its help. Each command's code loads only when it runs, so that
 * `--help` answers at once.
 */
export function buildProgram(): Command {
  const program = new Command('credence')
    .description('A lab for implicit meta-learning: do models learn which sources to trust?')
    .version(credenceVersion())
    .showSuggestionAfterError()
    .showHelpAfterError('(credence --help lists commands and options)')
    .exitOverride();
  addApp(program);
  addServe(program);
  addTraining(program);
  addSlurm(program);
  addBackup(program);
  addPreview(program);
  addList(program);
  addTable(program);
  addShow(program);
  addCompare(program);
  addRegister(program);
  addPlan(program);
  addRepeat(program);
  addAnswers(program);
  addExport(program);
  addFigure(program);
  addExportData(program);
  addAnalyse(program);
  addImport(program);
  addDatasets(program);
  addModels(program);
  addZeroShot(program);
  addEngines(program);
  addPresets(program);
  addFields(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}
