/** `credence import` of evaluation series: what every column, run and stage became, and the experiment that it is. */
import { visible } from '#shared/plain-text.ts';
import { plural } from '#shared/counting.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { parseColumnChoice } from '#lab/series/roles.ts';
import type { ImportedSeries } from '#lab/series/import.ts';
import { parseSeedChoice } from '#lab/series/source-runs.ts';
import type { ImportedConfig } from '#shared/imported.ts';
import { SERIES_KIND_NAMES } from '#shared/series-kinds.ts';
import { STAGE_IDS, stageText, type StageId } from '#shared/records.ts';
import { readSeriesAt, saveSeries } from '../../imports/import-series.ts';
import { EXIT } from '../exit.ts';
import { openForCommand } from '../history-option.ts';
import { bold, dim, print, printJson, table, yellow } from '../output.ts';

export interface SeriesImportOptions {
  name?: string;
  column?: string[];
  run?: string[];
  stage?: string;
  dryRun?: boolean;
  db?: string;
  json?: boolean;
}

/** @throws UserError `series.*` before anything is saved */
export async function importSeriesCommand(source: string, options: SeriesImportOptions): Promise<number> {
  const series = await readSeriesAt(source, {
    name: options.name === undefined ? null : nameNamed(options.name),
    columns: (options.column ?? []).map(parseColumnChoice),
    seeds: (options.run ?? []).map(parseSeedChoice),
    stage: stageNamed(options.stage),
  });
  if (options.dryRun) {
    if (options.json) printJson({ experiment: null, ...told(series) });
    else printSeries(series);
    return EXIT.ok;
  }
  const history = openForCommand(options.db);
  try {
    const { id, fresh } = saveSeries(history, series);
    if (options.json) printJson({ experiment: id, outcome: fresh ? 'new' : 'known', ...told(series) });
    else {
      printSeries(series);
      print(
        `\n${bold(fresh ? `saved as experiment ${id}` : `it is here already, as experiment ${id}: nothing was changed`)}`,
      );
      if (fresh)
        print(dim(`credence show ${id} tells what it found; credence compare ${id} … sets it beside others`));
    }
    return EXIT.ok;
  } finally {
    history.close();
  }
}

function told({ config, evaluations }: ImportedSeries) {
  return { config, evaluations };
}

function nameNamed(text: string): string {
  const name = visible(text.trim());
  if (name !== '' && name.length <= 200) return name;
  throw new UserError('import.name', `--name: ${showValue(text)} is no name; give 1 to 200 characters`);
}

function stageNamed(text: string | undefined): StageId | null {
  if (text === undefined) return null;
  const stage = STAGE_IDS.find((id) => id === text);
  if (stage) return stage;
  throw new UserError(
    'import.stage',
    `--stage: ${showValue(text)} is no stage; give one of ${STAGE_IDS.join(', ')}`,
  );
}

function printSeries({ config, runs, evaluations }: ImportedSeries): void {
  print(
    `${bold(config.name)}: ${plural(runs.length, 'run')}, ${plural(config.seeds.length, 'seed')}, ${plural(evaluations, 'evaluation')} of ${config.tested.join(', ')}`,
  );
  printSource(config);
}

/** Where the numbers of another program came from, and how they were read. */
export function printSource({ source, stages }: ImportedConfig): void {
  for (const { name, kind, bytes, sha256 } of source.files)
    print(dim(`read ${showValue(name, 200)}, ${SERIES_KIND_NAMES[kind]}, ${bytes} bytes, SHA-256 ${sha256}`));
  const taken = source.columns.filter(({ becomes }) => becomes !== 'ignore');
  const row = (of: string, becomes: string, why: string) => [visible(of), becomes, dim(visible(why))];
  print(
    table(
      ['column', 'becomes', 'why'],
      taken.map(({ column, becomes, why }) => row(column, becomes, why)),
    ),
  );
  const ignored = source.columns.filter(({ becomes }) => becomes === 'ignore');
  if (ignored.length > 0) print(dim(`ignored: ${ignoredText(ignored)}`));
  print(
    table(
      ['run', 'becomes', 'why'],
      source.runs.map(({ run, becomes, why }) => row(run, becomes, why)),
    ),
  );
  for (const { stage, epochs, why } of stages)
    print(dim(`${stageText(stage)}: ${plural(epochs, 'epoch')}; ${why}`));
  for (const remark of source.remarks) print(yellow(remark));
}

/** By reason, a few of each: there may be thousands. */
function ignoredText(columns: ImportedConfig['source']['columns']): string {
  return [...Map.groupBy(columns, ({ why }) => why)]
    .map(([why, of]) => {
      const shown = of.slice(0, 4).map(({ column }) => column);
      const more = of.length > shown.length ? ` and ${of.length - shown.length} more` : '';
      return `${shown.join(', ')}${more} (${why})`;
    })
    .join('; ');
}
