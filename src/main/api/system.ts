/** API: files to take away, the machine, and settings. */
import { availableParallelism } from 'node:os';
import type { BinaryFile, Settings, SystemReplies, TextFile } from '#shared/api/system.ts';
import type { Handlers } from '#shared/contract.ts';
import { ourConfig } from '#shared/saved-config.ts';
import { experimentJson, experimentsCsv } from '../experiments/export.ts';
import { toPlan } from '../experiments/plans.ts';
import { portableYaml } from '../experiments/portable-yaml.ts';
import { registeredOf } from '../experiments/registrations.ts';
import { comparisonOf } from '../report/comparison/input.ts';
import { comparisonHtml } from '../report/comparison/report.ts';
import { comparisonText } from '../report/comparison/table-text.ts';
import { insideOf } from '../report/files.ts';
import { printPdf } from '../report/pdf.ts';
import { reportHtml } from '../report/report.ts';
import { credenceVersion } from '../resources.ts';
import { groupingBy } from '../table/experiment-groups.ts';
import { changeSettings, queueSettings, readSettings } from '../settings.ts';
import { surveyEngines } from '../engines/survey.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

export function systemHandlers(context: Context): Pick<Handlers, keyof SystemReplies> {
  const { history } = context;
  return {
    ...exportHandlers(context),
    'system.info': () => ({
      version: credenceVersion(),
      home: context.home,
      database: history.path,
      cores: availableParallelism(),
      platform: process.platform,
      host: context.host,
      notices: history.notices.map(({ message }) => message),
      warnings: [...context.warnings],
    }),
    'system.engines': () => surveyEngines(context.launch),
    'tasks.cancel': ({ task }) => context.workbench.cancel(task),
    'settings.get': () => readSettings(history),
    'settings.set': (changes) => applySettings(context, changes),
  };
}

/** Keeps what changed, and has everything follow that depends on it. */
export function applySettings(context: Context, changes: Partial<Settings>): Settings {
  const settings = changeSettings(context.history, changes);
  context.queue.configure(queueSettings(settings));
  context.lookForRelease();
  context.emit('settings', settings);
  return settings;
}

const FORMATS = {
  html: ['html', 'text/html'],
  pdf: ['pdf', 'application/pdf'],
  csv: ['csv', 'text/csv'],
  markdown: ['md', 'text/markdown'],
  latex: ['tex', 'application/x-tex'],
} as const;

async function comparisonFile(
  { history, table: whole, workbench }: Pick<Context, 'history' | 'table' | 'workbench'>,
  {
    experiments,
    margin,
    baseline,
    effects,
    by,
    planned,
    format,
    table,
  }: Parameters<Handlers['export.comparison']>[0],
): Promise<TextFile | BinaryFile> {
  const ids = [...new Set(experiments)];
  const curves = format === 'html' || format === 'pdf';
  const input = comparisonOf(history, ids, {
    ...{ margin, curves, baseline, effects, planned },
    grouping: groupingBy({ history, table: whole }, ids, by),
  });
  const [extension, mime] = FORMATS[format];
  const file = { file_name: fileNameOf(`comparison-${ids.join('-')}`, extension), mime };
  if (format !== 'html' && format !== 'pdf') return { ...file, text: comparisonText(input, format, table) };
  const html = comparisonHtml(input, await workbench.run('planSeeds', toPlan(input, input)));
  return format === 'html'
    ? { ...file, text: html }
    : { ...file, base64: (await printPdf(html)).toString('base64') };
}

type ExportMethod = Extract<keyof SystemReplies, `export.${string}`>;

function exportHandlers({ history, table, home, workbench }: Context): Pick<Handlers, ExportMethod> {
  const file = (id: number, extension: string, mime: string, text: string, suffix = ''): TextFile => {
    const { name } = history.getExperiment(id);
    return { file_name: fileNameOf(name + suffix, extension), mime, text };
  };
  const input = (id: number) => ({
    experiment: history.getExperiment(id),
    runs: history.evaluationsOf(id),
  });
  return {
    'export.csv': ({ experiments }) =>
      file(experiments[0], 'csv', 'text/csv', experimentsCsv(history, [...new Set(experiments)])),
    'export.json': ({ experiment: id }) => file(id, 'json', 'application/json', experimentJson(history, id)),
    'export.yaml': ({ experiment: id }) =>
      file(
        id,
        'yaml',
        'application/yaml',
        portableYaml(ourConfig(history.getExperiment(id), 'repeat it'), home),
      ),
    'export.comparison': (asked) => comparisonFile({ history, table, workbench }, asked),
    'export.report': ({ experiment: id }) =>
      file(
        id,
        'html',
        'text/html',
        reportHtml({ ...input(id), inside: insideOf(history, id), registered: registeredOf(history, [id]) }),
        '-report',
      ),
  };
}
