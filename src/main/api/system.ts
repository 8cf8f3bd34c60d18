/** API: files to take away, the machine, and settings. */
import { availableParallelism } from 'node:os';
import type { Settings, SystemReplies, TextFile } from '#shared/api/system.ts';
import type { Handlers } from '#shared/contract.ts';
import { experimentJson, experimentsCsv } from '../experiments/export.ts';
import { configYaml } from '../experiments/yaml-text.ts';
import type { History } from '../history/history.ts';
import { insideOf } from '../report/files.ts';
import { figureSvg, reportHtml } from '../report/report.ts';
import { credenceVersion } from '../resources.ts';
import { changeSettings, queueSettings, readSettings } from '../settings.ts';
import { surveyEngines } from '../engines/survey.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

export function systemHandlers(context: Context): Pick<Handlers, keyof SystemReplies> {
  const { history } = context;
  return {
    ...exportHandlers(history),
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

type ExportMethod = Extract<keyof SystemReplies, `export.${string}`>;

function exportHandlers(history: History): Pick<Handlers, ExportMethod> {
  const file = (id: number, extension: string, mime: string, text: string, suffix = ''): TextFile => {
    const { name } = history.getExperiment(id);
    return { file_name: fileNameOf(name + suffix, extension), mime, text };
  };
  const input = (id: number) => ({
    experiment: history.getExperiment(id),
    runs: history.evaluationsOf(id),
  });
  return {
    'export.figure': ({ experiment: id }) =>
      file(id, 'svg', 'image/svg+xml', figureSvg(input(id)), '-learning-curves'),
    'export.csv': ({ experiments }) =>
      file(experiments[0], 'csv', 'text/csv', experimentsCsv(history, [...new Set(experiments)])),
    'export.json': ({ experiment: id }) => file(id, 'json', 'application/json', experimentJson(history, id)),
    'export.yaml': ({ experiment: id }) =>
      file(id, 'yaml', 'application/yaml', configYaml(history.getExperiment(id).config)),
    'export.report': ({ experiment: id }) =>
      file(id, 'html', 'text/html', reportHtml({ ...input(id), inside: insideOf(history, id) }), '-report'),
  };
}
