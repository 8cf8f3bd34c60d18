/** `npm run bench -- answers`: what kept answers take, and how fast they are asked for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeAnswers, encodeQuestions } from '#lab/answers/codec.ts';
import { answerSheet } from '#lab/answers/given.ts';
import { questionTable } from '#lab/answers/question-table.ts';
import { loadTask } from '#lab/tasks/index.ts';
import { createService } from '#main/api/service.ts';
import { openHistory, type History } from '#main/history/history.ts';
import { forkTrainer } from '#main/runs/fork-link.ts';
import type { StoredAnswers } from '#shared/answers.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { KeptQuestion } from '#shared/answers.ts';
import { randomStream } from '#shared/random.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { readCounts } from './options.ts';

const HELP = `Usage: npm run bench -- answers [options]

Writes made-up answers of one experiment into a fresh history and asks for them as the app does.

  --json           print {rows} instead of lines
  --seeds <n>      seeds (default 20)
  --entities <n>   entities; 2.9 questions come of each (default 1750: about 5 000 questions)
  --help           show this
`;

/** @param args of the command line after `answers` */
export async function benchAnswers(args: string[]): Promise<void> {
  const read = readCounts(args, { seeds: 20, entities: 1750 }, HELP);
  if (!read) return;
  const home = mkdtempSync(path.join(tmpdir(), 'credence-bench-answers-'));
  try {
    const rows = await measured(home, read.counts);
    if (read.json) console.log(JSON.stringify({ rows }, null, 2));
    else for (const [what, value] of Object.entries(rows)) console.log(`${what}: ${value}`);
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function measured(home: string, counts: { seeds: number; entities: number }) {
  const history = openHistory(path.join(home, 'history.sqlite'));
  const written = await write(history, counts);
  const api = createService({ history, launch: forkTrainer, host: 'in-process' });
  const experiments = [1];
  const rows: Record<string, string> = { ...written };
  const time = async (what: string, ask: () => Promise<unknown>) => {
    const start = performance.now();
    await ask();
    rows[what] = `${Math.round(performance.now() - start)} ms`;
  };
  const filter = { subset: 'd1consis', verdict: 'wrong' } as const;
  await time('opened', () => api.call('answers.overview', { experiments }));
  await time('first page', () => api.call('answers.questions', { experiments }));
  await time('filtered', () => api.call('answers.questions', { experiments, filter }));
  await time('sorted', () => api.call('answers.questions', { experiments, sort: 'share' }));
  await time('searched', () => api.call('answers.rows', { experiments, filter: { text: 'green' } }));
  await time('summary', () => api.call('answers.summary', { experiments }));
  const pair = { first: 'd1consis', second: 'd2consis' } as const;
  await time('contrast', () => api.call('answers.contrast', { experiments, ...pair }));
  await api.close();
  return rows;
}

async function write(history: History, { seeds, entities }: { seeds: number; entities: number }) {
  const config = resolveConfig({
    dataset: { kind: 'world', n_entities: entities, n_attributes: 6, n_values: 12 },
    evaluation: { tests: ['questions'] },
    seeds,
  });
  const { runs } = history.createExperiment({ config, version: '0.0.0' });
  const made = [];
  for (const { seed } of runs) made.push(await keptOf(config, seed));
  const start = performance.now();
  for (const [i, run] of runs.entries()) {
    history.markRunning(run.id, { engine: 'onnx', device: 'cpu' });
    const at = { run: run.id, metrics: [] };
    const [first, second] = made[i].kept;
    history.recordEvaluation({ ...at, stage: 'stage1', epoch: 20, step: 100, kept: first });
    history.recordEvaluation({ ...at, stage: 'stage2', epoch: 10, step: 200, kept: second });
    history.markDone(run.id, 60);
  }
  const { bytes, evaluations } = history.answersSize(1);
  const questions = made.reduce((sum, each) => sum + each.questions, 0);
  return {
    questions: `${questions / seeds} of each of ${seeds} seeds, two stages`,
    size: `${(bytes / 2 ** 20).toFixed(1)} MiB, ${(bytes / (2 * questions)).toFixed(1)} bytes an answer`,
    encoded: `${(made.reduce((sum, each) => sum + each.ms, 0) / seeds / 2).toFixed(0)} ms an evaluation`,
    saved: `${((performance.now() - start) / evaluations).toFixed(0)} ms an evaluation`,
  };
}

async function keptOf(config: ExperimentConfig, seed: number) {
  const task = await loadTask(config, seed);
  const questions = [...task.questions()];
  const start = performance.now();
  const table = encodeQuestions(questionTable(questions));
  const kept: StoredAnswers[] = [1, 2].map((stage) => ({
    questions: table,
    answers: madeUp(questions, seed, stage),
  }));
  return { questions: questions.length, kept, ms: performance.now() - start };
}

/** A third are right, the others another question's accepted answer. */
function madeUp(questions: readonly KeptQuestion[], seed: number, stage: number): Uint8Array {
  const random = randomStream(seed, 'bench', 'answers', stage);
  const sheet = answerSheet();
  for (const { golds } of questions) {
    const right = random.float() < 1 / 3;
    const text = right ? golds[0] : questions[random.int(questions.length)].golds[0];
    sheet.add(text, text === golds[0], 4 * random.float());
  }
  return encodeAnswers(sheet.answers());
}
