/** `npm run bench -- pretrained`: training a real pre-trained model and answering with it, beside transformers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sizeText } from '#shared/counting.ts';
import { fail, readCounts } from '../options.ts';
import { median, rounded } from '../statistics.ts';
import { findTorches, INSTALL } from '../torch.ts';
import { profiled } from './profile.ts';
import {
  withSides,
  type Answered,
  type Asked,
  type Logits,
  type Right,
  type Side,
  type Start,
  type Trained,
} from './sides.ts';

const HELP = `Usage: npm run bench -- pretrained FOLDER [options]

Trains the model of a folder on the preset facts-small and lets it answer, in turns with transformers: the same
weights, batches, order and optimiser (Adafactor), float32, all cores. Says how far logits, losses and answers differ, before
and after what ours saved was loaded by transformers, how long each took and how much memory.

  --json           print what was measured instead of lines
  --steps <n>      training steps (default 50)
  --turn <n>       steps before the other's turn (default 5)
  --batch <n>      texts of a step (default 32, as the preset has)
  --questions <n>  questions that are answered, before and twice after training (default 200)
  --set <p=value>  a config field, for example training.stage1.lr=1e-5 or pretrained.lora={rank: 8} (may be repeated)
  --profile        instead, where the time goes, operator by operator: of a step, over one turn's, and of answering
  --help           show this

CREDENCE_TORCH names a Python interpreter with torch and transformers, and peft where low-rank matrices are trained.
`;

/** Texts whose logits are compared. */
const TEXTS = 5;

/** How far logits are from each other at most, and how large theirs are at most. */
interface Agreement {
  differ: number;
  largest: number;
}

async function agreement(ours: Side, theirs: Side, command: 'logits' | 'reload'): Promise<Agreement> {
  const a = (await ours.child.next(`logits ${TEXTS}`)) as Logits;
  const b = (await theirs.child.next(`${command} ${TEXTS}`)) as Logits;
  const expected = b.logits.flat();
  const apart = a.logits.flat().map((value, i) => value - expected[i]);
  // Not spread into one call: there are too many. One that is no number makes the whole no number.
  const largest = (values: readonly number[]) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { differ: largest(apart), largest: largest(expected) };
}

/** Both answer all questions; ours decodes and scores what either said. */
async function answerAll(ours: Side, sides: readonly Side[]): Promise<void> {
  for (const side of sides) {
    const answered = (await side.child.next('answer')) as Answered;
    side.answered.push(answered);
    const { right } = (await ours.child.next(`score ${JSON.stringify(answered.answers)}`)) as {
      right: Right;
    };
    side.right.push(right);
  }
}

/** @param args of the command line after `pretrained` */
export async function benchPretrained([folder, ...args]: string[]): Promise<void> {
  const isFolder = folder !== undefined && !folder.startsWith('-');
  const defaults = { steps: 50, turn: 5, batch: 32, questions: 200 };
  const given = isFolder ? args : [folder ?? '--help', ...args];
  const read = readCounts(given, defaults, HELP, ['set', 'profile']);
  if (!read) return;
  if (!isFolder) fail(`give the folder of a model.\n\n${HELP}`);
  const [torch] = findTorches();
  if (!torch) fail(INSTALL);
  const scratch = mkdtempSync(path.join(tmpdir(), 'credence-bench-'));
  const { set, counts } = read;
  const asked: Asked = { model: path.resolve(folder), set, ...counts, python: torch.python, scratch };
  try {
    const [result, lines] = read.profile
      ? await withSides(asked, profiled)
      : await withSides(asked, measured);
    console.log(read.json ? JSON.stringify(result, null, 2) : lines);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function measured({ steps, turn }: Asked, start: Start): Promise<[Result, string]> {
  const sides = [await start('ours'), await start('theirs')];
  const [ours, theirs] = sides;
  const begun = await agreement(ours, theirs, 'logits');
  await answerAll(ours, sides);
  for (let at = 0; at < steps; at += turn) {
    console.error(`steps ${at + 1} to ${Math.min(steps, at + turn)} of ${steps}`);
    const command = `train ${Math.min(turn, steps - at)}`;
    for (const { child, turns } of sides) turns.push((await child.next(command)) as Trained);
  }
  await answerAll(ours, sides);
  await answerAll(ours, sides);
  const { bytes } = (await ours.child.next('save')) as { bytes: number };
  const logits = { begun, saved: await agreement(ours, theirs, 'reload'), bytes };
  const result = { ...resultOf(ours, theirs), logits };
  return [result, linesOf(result)];
}

/** The largest difference of two lists, as a share of the second. */
function worst(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]) / Math.abs(b[i])));
}

function resultOf(ours: Side, theirs: Side) {
  const all = ({ turns }: Side, what: 'losses' | 'norms') => turns.flatMap((turn) => turn[what]);
  const same = ours.answered.map(
    ({ answers }, i) =>
      answers.filter((ids, at) => ids.join() === theirs.answered[i].answers[at].join()).length,
  );
  return {
    losses: worst(all(ours, 'losses'), all(theirs, 'losses')),
    norms: worst(all(ours, 'norms'), all(theirs, 'norms')),
    first_loss: all(ours, 'losses')[0],
    last_loss: all(ours, 'losses').at(-1)!,
    same_answers: same,
    questions: ours.answered[0].answers.length,
    training: ratioOf(
      ours.turns.map(({ seconds }) => seconds),
      theirs.turns.map(({ seconds }) => seconds),
    ),
    answering: ratioOf(
      ours.answered.map(({ seconds }) => seconds),
      theirs.answered.map(({ seconds }) => seconds),
    ),
    loaded: { ours: ours.loaded, theirs: theirs.loaded },
    peak: { ours: peakOf(ours), theirs: peakOf(theirs) },
    right: { ours: ours.right, theirs: theirs.right },
  };
}

const peakOf = ({ answered }: Side) => answered.at(-1)!.peak;

/** Median of theirs ÷ ours; the first turns, in which programs are compiled and files read, do not count. */
function ratioOf(ours: number[], theirs: number[]) {
  return {
    ours,
    theirs,
    ratio: rounded(median(theirs.map((seconds, i) => seconds / ours[i]).slice(1))),
  };
}

type Result = ReturnType<typeof resultOf> & {
  /** Before training; after it, of what was saved, of so many bytes. */
  logits: { begun: Agreement; saved: Agreement; bytes: number };
};

function linesOf(result: Result): string {
  const { training, answering, loaded, peak, right, logits } = result;
  const apart = ({ differ, largest }: Agreement) =>
    `differ by ${differ.toExponential(1)} at most, of up to ${largest.toFixed(1)}`;
  const seconds = (values: readonly number[]) => values.map((value) => value.toFixed(1)).join(', ');
  const [before, after] = ['before', 'after'].map((when, i) => {
    const subsets = Object.keys(right.ours[i]).map((subset) => {
      const of = (side: Right) => `${side[subset].right}`;
      return `${subset} ${of(right.ours[i])} and ${of(right.theirs[i])} of ${right.ours[i][subset].count}`;
    });
    return `right ${when} training, ours and theirs: ${subsets.join('; ')}`;
  });
  return [
    `loaded in ${loaded.ours.seconds.toFixed(1)} s, transformers ${loaded.theirs.seconds.toFixed(1)} s; ${sizeText(loaded.ours.before ?? 0)} before, ${sizeText(loaded.ours.peak)} at most`,
    `logits after ${TEXTS} prompts ${apart(logits.begun)}; trained, saved (${sizeText(logits.bytes)}) and loaded by transformers they ${apart(logits.saved)}`,
    `losses differ by ${result.losses.toExponential(1)} at most, gradient norms by ${result.norms.toExponential(1)} (relative); loss ${result.first_loss.toFixed(4)} → ${result.last_loss.toFixed(4)}`,
    `training: ${training.ratio} × transformers (turns: ${seconds(training.ours)} s against ${seconds(training.theirs)} s)`,
    `answering: ${answering.ratio} × transformers (${seconds(answering.ours)} s against ${seconds(answering.theirs)} s)`,
    `the same answers: ${result.same_answers.slice(0, 2).join(' before, ')} after training, of ${result.questions}`,
    before,
    after,
    `memory at most: ${sizeText(peak.ours)}, transformers ${sizeText(peak.theirs)}`,
  ].join('\n');
}
