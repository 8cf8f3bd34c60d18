/** API: saved experiments, their labels and notes. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type {
  CreatedExperiment,
  ExperimentListItem,
  ExperimentReplies,
  NewestExperiments,
} from '#shared/api/experiments.ts';
import { newSeeds } from '#shared/added-seeds.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { longerConfig } from '#shared/longer.ts';
import type { Handlers } from '#shared/contract.ts';
import { UserError } from '#shared/errors.ts';
import { labelsOf, runCount, type NoteRecord } from '#shared/records.ts';
import { ourConfig } from '#shared/saved-config.ts';
import { datasetCache } from '../experiments/data-files.ts';
import { saveExperiment } from '../experiments/experiment.ts';
import { createLonger } from '../experiments/longer.ts';
import { confirmReady } from '../experiments/ready.ts';
import { readConfig } from './configs.ts';
import type { Context } from './context.ts';
import { dataWorkOf } from './data-work.ts';
import { clusterNamed, trainOn } from './slurm.ts';

/** Days until a deleted experiment is gone for good. */
const KEEP_DELETED_DAYS = 30;

export function experimentHandlers(context: Context): Pick<Handlers, keyof ExperimentReplies> {
  const { history } = context;
  const changed = (...experiments: number[]) => context.emit('history', { experiments });
  const list = rememberedList(context);
  return {
    'experiments.list': list,
    'experiments.newest': ({ rows }) => newestOf(list({ archived: false, deleted: false }), rows),
    'experiments.get': ({ id }) => {
      const runs = history.runsOf(id);
      return {
        experiment: history.getExperiment(id),
        runs,
        stages: runs.flatMap((run) => history.stagesOf(run.id)),
        notes: history.notesOf(id),
        files: history.artefactsOf(id),
        other_data: history.otherDataRuns(id).map((run) => run.id),
      };
    },
    'experiments.create': async ({ config: raw, start, task, cluster: name }) => {
      const config = readConfig(context, raw);
      const cluster = await clusterNamed(context, name);
      const cache = datasetCache(context.home);
      const checked = await context.workbench.run('check', { config, cache }, task);
      const created = saveExperiment(history, config, checked, start);
      changed(created.experiment.id);
      const runs = created.runs.map((run) => ({ run, config }));
      await trainOn(context, runs, config.name, cluster);
      return created;
    },
    'experiments.start': ({ id }) => startExperiment(context, id),
    'experiments.addSeeds': ({ id, seeds }) => addSeeds(context, id, seeds),
    'experiments.longer': ({ id, epochs }) => trainLonger(context, id, epochs),
    'experiments.rename': ({ id, name }) => {
      history.renameExperiment(id, name);
      changed(id);
    },
    'experiments.archive': ({ ids, archived }) => {
      for (const id of ids) history.archiveExperiment(id, archived);
      changed(...ids);
    },
    'experiments.delete': ({ ids }) => {
      for (const id of ids) history.trashExperiment(id);
      changed(...ids);
    },
    'experiments.restore': ({ ids }) => {
      for (const id of ids) history.restoreExperiment(id);
      changed(...ids);
    },
    'experiments.duplicate': ({ id }) => {
      const experiment = history.getExperiment(id);
      const { name } = experiment;
      return { ...ourConfig(experiment, 'train a copy'), name: freeName(context, name) };
    },
    'experiments.label': ({ ids, add, remove }) => {
      for (const id of ids) for (const label of remove) history.removeLabel(id, label);
      for (const id of ids) for (const label of add) history.addLabel(id, label);
      changed(...ids);
    },
    'experiments.labels': () => history.allLabels(),
    ...noteHandlers(context, changed),
  };
}

type NoteMethod = 'experiments.addNote' | 'experiments.editNote' | 'experiments.removeNote';

function noteHandlers(
  { history }: Context,
  changed: (experiment: number) => void,
): Pick<Handlers, NoteMethod> {
  const notesOf = (experiment: number): NoteRecord[] => {
    changed(experiment);
    return history.notesOf(experiment);
  };
  return {
    'experiments.addNote': ({ id, text, run }) => {
      assertRunOf(history.runsOf(history.getExperiment(id).id), id, run);
      history.addNote(id, text, run);
      return notesOf(id);
    },
    'experiments.editNote': ({ note, text }) => {
      const { experiment } = history.getNote(note);
      history.editNote(note, text);
      return notesOf(experiment);
    },
    'experiments.removeNote': ({ note }) => {
      const { experiment } = history.getNote(note);
      history.removeNote(note);
      return notesOf(experiment);
    },
  };
}

function assertRunOf(runs: readonly { id: number }[], experiment: number, run: number | null): void {
  if (run === null || runs.some(({ id }) => id === run)) return;
  throw new UserError(
    'experiments.note-run',
    `run: ${run} is not a run of experiment ${experiment}; leave it out for a note on all of it`,
  );
}

type Listed = Parameters<Handlers['experiments.list']>[0];

/** The list as it was told last, where nothing was changed since: working out a thousand rows takes a while. */
function rememberedList(context: Context): (options: Listed) => ExperimentListItem[] {
  const known = new Map<string, ExperimentListItem[]>();
  let asOf = '';
  return (options) => {
    const stamp = context.history.changeStamp();
    if (stamp === asOf) context.headlines.stepBack();
    else known.clear();
    asOf = stamp;
    const key = JSON.stringify(options);
    const list = known.get(key) ?? listExperiments(context, options);
    known.set(key, list);
    return list;
  };
}

function listExperiments(
  { history, headlines }: Pick<Context, 'history' | 'headlines'>,
  options: Listed,
): ExperimentListItem[] {
  const list = history.listExperiments(options);
  const found = headlines.of(list);
  return list.map((item, i) => ({ ...item, headline: found[i] }));
}

/** So many rows of a list, and what has to be known of the others. */
function newestOf(list: readonly ExperimentListItem[], rows: number): NewestExperiments {
  const rowOf = ({ id, sweep }: ExperimentListItem) => (sweep === null ? id : `s${sweep}`);
  const first = new Set([...new Set(list.map(rowOf))].slice(0, rows));
  return {
    items: list.filter((item) => first.has(rowOf(item))),
    experiments: list.length,
    runs: list.reduce((sum, each) => sum + runCount(each), 0),
    labels: labelsOf(list),
  };
}

/** Whether what an experiment is to train next can be trained. @throws UserError as `confirmReady` */
function ready(context: Context, experiment: number, config: ExperimentConfig): Promise<void> {
  return confirmReady(context.history, [{ experiment, config, begun: [] }], dataWorkOf(context));
}

async function startExperiment(context: Context, id: number): Promise<CreatedExperiment> {
  const { history, queue, emit } = context;
  const experiment = history.getExperiment(id);
  const config = ourConfig(experiment, 'train it');
  await ready(context, id, config);
  const runs = history.addRuns(id);
  if (runs.length === 0)
    throw new UserError(
      'experiments.started',
      `experiment ${id} has a run for each of its seeds already; resume those that did not finish, or duplicate it`,
    );
  emit('history', { experiments: [id] });
  queue.add(runs, config);
  return { experiment, runs };
}

async function addSeeds(context: Context, id: number, text: string): Promise<CreatedExperiment> {
  const { history, queue, emit } = context;
  const config = ourConfig(history.getExperiment(id), 'train more seeds');
  const seeds = newSeeds(text, config);
  await ready(context, id, { ...config, seeds });
  const runs = history.addSeeds(id, seeds);
  const experiment = history.getExperiment(id);
  emit('history', { experiments: [id] });
  queue.add(runs, ourConfig(experiment, 'train more seeds'));
  return { experiment, runs };
}

async function trainLonger(context: Context, id: number, epochs: string): Promise<CreatedExperiment> {
  const { history, queue, emit } = context;
  await ready(context, id, longerConfig(ourConfig(history.getExperiment(id), 'train it longer'), epochs));
  const { experiment, runs } = createLonger(history, id, epochs);
  emit('history', { experiments: [experiment.id] });
  queue.add(runs, ourConfig(experiment, 'train it longer'));
  return { experiment, runs };
}

/** `pocket` → `pocket 2` → `pocket 3`, the first that no experiment has. */
function freeName({ history }: Context, name: string): string {
  const taken = new Set(history.listExperiments({ archived: true }).map((item) => item.name));
  const stem = name.replace(/ \d+$/, '').slice(0, 190);
  for (let n = 2; ; n++) if (!taken.has(`${stem} ${n}`)) return `${stem} ${n}`;
}

/** Removes for good what was deleted long ago, with its files. */
export function purgeDeleted({ history, home }: Pick<Context, 'history' | 'home'>): void {
  const before = new Date(Date.now() - KEEP_DELETED_DAYS * 86_400_000).toISOString();
  for (const id of history.deletedBefore(before)) {
    for (const file of history.deleteExperiment(id)) removeInside(home, file);
    rmSync(path.join(home, 'weights', `experiment-${id}`), { recursive: true, force: true });
    rmSync(path.join(home, 'reports', `experiment-${id}`), { recursive: true, force: true });
  }
}

/** A report may have been written elsewhere: such files are the user's. */
function removeInside(home: string, file: string): void {
  const resolved = path.resolve(home, file);
  if (resolved.startsWith(home + path.sep)) rmSync(resolved, { force: true });
}
