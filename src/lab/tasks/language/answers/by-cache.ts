/**
 * Answers of large models, with a key–value cache: each text is read once, together with its accepted answer, which
 * gives the loss and often the whole answer; from the first token on that the model would give otherwise, a token is
 * read at a time. Texts that have ended make room for others.
 */
import type { Batch, BatchShape } from '../../../corpus/batch.ts';
import { evaluationBatches, tightShape, type EvaluationBatch } from '../../../corpus/evaluation-batches.ts';
import { packAlike, type Packing } from '../../../corpus/packing.ts';
import { textModel } from '../../../models/registry.ts';
import type { EngineState } from '../../../engines/engine.ts';
import type { Arrays, Step, Steps } from '../../../steps/steps.ts';
import { CACHE_VALUES } from '../../../weights/memory-needs.ts';
import {
  endOf,
  finished,
  meanLoss,
  noAnswers,
  settledTokens,
  type Answerer,
  type Answers,
  type Ends,
  type LanguageTests,
} from './answers.ts';
import { nextTokenStep, readingStep, type NextTokens } from './cache-programs.ts';
import { KeyValueCache, slotSize, type CacheShape } from './cache.ts';

/** How many times fewer slots the last answers have. */
const NARROWING = 4;
/** With fewer slots a token takes as long as reading the weights: nothing is won. */
const FEWEST = 16;

/** A test whose answer goes on, and where what the model knows of its text lies. */
interface Open {
  test: number;
  /** As far as it is known. */
  answer: number[];
  known: Arrays;
  row: number;
}

export function answersByCache(steps: Steps, tests: LanguageTests): Answerer {
  const { model, encoded, tokenizer, precision } = tests;
  const size = textsAtOnce(tests);
  const shape = tightShape(encoded, size);
  const { rows, length, positions, input = 0 } = shape;
  const order = inOrderOfTokens(tests);
  const batches = () => evaluationBatches(encoded, shape, order);
  const read = steps.step(
    readingStep(
      model,
      { batch: rows, length, targets: positions, input },
      packingOf(tests, [...batches()], shape),
      precision,
    ),
  );
  const lengths = cacheLengths(encoded);
  const next = steps.step(nextTokenStep(model, lengths, precision));
  const cacheShape = { slots: rows, ...lengths };
  const asking: Asking = { tests, ends: endOf(tokenizer), read, next, batches, cacheShape };
  return {
    answer: (state, told) => new Answering(asking, state).all(told),
    dispose() {
      read.dispose();
      next.dispose();
    },
  };
}

const cacheLengths = ({ reach, inputs }: LanguageTests['encoded']) => ({
  length: reach,
  input: inputs.longest,
});

/** Texts whose keys and values keep within the memory for them, at least one; so many that all batches are full. */
function textsAtOnce({ model, encoded, batchSize }: LanguageTests): number {
  const thatFit = Math.max(1, Math.floor(CACHE_VALUES / slotSize(model, cacheLengths(encoded))));
  const batches = Math.ceil(encoded.count / Math.min(batchSize, thatFit));
  return Math.max(1, Math.ceil(encoded.count / Math.max(1, batches)));
}

/** Tests in the order of their tokens: those that begin alike are read together, and their beginning once. */
function inOrderOfTokens({ encoded: { ids, offsets, count } }: LanguageTests): number[] {
  const compare = (a: number, b: number) => {
    for (let k = 0; ; k++) {
      const [i, j] = [offsets[a] + k, offsets[b] + k];
      if (i === offsets[a + 1] || j === offsets[b + 1]) return offsets[a + 1] - i - (offsets[b + 1] - j);
      if (ids[i] !== ids[j]) return ids[i] - ids[j];
    }
  };
  return Array.from({ length: count }, (_, i) => i).toSorted((a, b) => compare(a, b) || a - b);
}

/** The size to which every batch can be packed. */
function packingOf({ model }: LanguageTests, batches: EvaluationBatch[], shape: BatchShape): Packing | null {
  const sharing = textModel(model).sharing(model);
  if (!sharing) return null;
  return packAlike(batches, shape, sharing.byPlace)[0]?.packing ?? { rows: 1, distinct: 1 };
}

/** What all passes over the tests have in common. */
interface Asking {
  tests: LanguageTests;
  ends: Ends;
  read: Step<Batch>;
  next: Step<NextTokens>;
  batches(): Generator<EvaluationBatch>;
  cacheShape: CacheShape;
}

/** One pass over all tests. */
class Answering {
  private readonly asking: Asking;
  private readonly state: EngineState;
  private readonly answers: Answers;
  private cache: KeyValueCache;
  /** What each slot of the cache is used for. */
  private slots: (Open | null)[];
  /** Read, and without a slot yet. */
  private waiting: Open[] = [];

  constructor(asking: Asking, state: EngineState) {
    this.asking = asking;
    this.state = state;
    this.answers = noAnswers(asking.tests.encoded);
    this.cache = new KeyValueCache(asking.tests.model, asking.cacheShape);
    this.slots = this.cache.emptySlots();
  }

  /** Reads on only when slots are free, so that few texts are held at a time. */
  async all(told?: (tests: number) => void): Promise<Answers> {
    let done = 0;
    for (const batch of this.asking.batches()) {
      await this.readBatch(batch);
      this.fillSlots();
      while (this.waiting.length > 0) await this.goOn();
      told?.((done += batch.tests.length));
    }
    while (this.slots.some((slot) => slot !== null)) {
      this.narrow();
      await this.goOn();
    }
    return this.answers;
  }

  /** The last few answers go on in fewer slots: all slots of a cache are computed, open or not. */
  private narrow(): void {
    const { tests, cacheShape } = this.asking;
    const slots = Math.floor(cacheShape.slots / NARROWING);
    const open = this.slots.flatMap((one, slot) => (one ? [{ one, slot }] : []));
    if (slots < FEWEST || this.slots.length === slots || open.length > slots) return;
    const cache = new KeyValueCache(tests.model, { ...cacheShape, slots });
    this.slots = cache.emptySlots();
    open.forEach(({ one, slot }, to) => {
      cache.fill(to, this.cache.arrays, slot, cacheShape.length);
      this.slots[to] = one;
    });
    this.cache = cache;
  }

  private async readBatch(batch: EvaluationBatch): Promise<void> {
    const { encoded } = this.asking.tests;
    const { predictions, losses, ...known } = await this.asking.read.run(this.state, batch);
    batch.tests.forEach((test, row) => {
      const from = batch.froms[row];
      this.answers.losses[test] = meanLoss(encoded, test, losses, from);
      const room = encoded.ids.subarray(encoded.answers[test], encoded.offsets[test + 1]);
      const settled = settledTokens(room, predictions, from);
      const answer = Array.from(predictions.slice(from, from + settled));
      if (!this.end(test, answer)) this.waiting.push({ test, answer, known, row });
    });
  }

  /** Whether an answer is whole; it is kept then. */
  private end(test: number, answer: number[]): boolean {
    const { ends, tests } = this.asking;
    const whole = finished(answer, ends, tests.encoded.limit ?? Infinity);
    if (whole) this.answers.given[test] = whole;
    return whole !== null;
  }

  private fillSlots(): void {
    const { length } = this.asking.tests.encoded;
    this.slots.forEach((open, slot) => {
      const next = open ? undefined : this.waiting.shift();
      if (!next) return;
      this.cache.fill(slot, next.known, next.row, length);
      this.slots[slot] = { ...next, known: {} };
    });
  }

  /** Reads the last token of every answer in a slot, which gives its next one. */
  private async goOn(): Promise<void> {
    const { arrays } = this.cache;
    const tokens = Int32Array.from(this.slots, (open) => open?.answer.at(-1) ?? 0);
    const places = Int32Array.from(this.slots, (open) => (open ? this.placeOf(open) : 0));
    const { predictions, ...added } = await this.asking.next.run(this.state, { tokens, places, arrays });
    this.slots.forEach((open, slot) => {
      if (!open) return;
      this.cache.add(slot, places[slot], added);
      open.answer.push(predictions[slot]);
      if (this.end(open.test, open.answer)) this.slots[slot] = null;
    });
    this.fillSlots();
  }

  /** Of the last token of an answer, in its text. */
  private placeOf({ test, answer }: Open): number {
    const { answers, offsets } = this.asking.tests.encoded;
    return answers[test] - offsets[test] + answer.length - 1;
  }
}
