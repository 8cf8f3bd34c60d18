/**
 * Prompts that align token by token (method: linear probes): one form of question, aliases of one length, one prompt for
 * each alias, so that none is in two folds.
 */
import type { ProbeLabel, PromptToken } from '#shared/analysis.ts';
import { plural } from '#shared/counting.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import { SUBSETS } from '#shared/subsets.ts';
import { exactMatch } from '../../../corpus/answers.ts';
import type { PromptChoice, PromptSet, Running } from '../../inside.ts';
import { residualLayers, residualProgram } from './residual.ts';
import { probeClasses, type Classes } from './prompt-classes.ts';
import { allQuestions, answersTo, testsOf, type Asked, type Subject } from './subject.ts';

/** Texts that a program reads, at most. */
const MOST_ROWS = 64;
/** Fewer prompts than folds of a cross-validation say nothing. */
const FEWEST = 10;

/** A prompt as its model reads it. */
interface Prompt {
  asked: Asked;
  template: string;
  input: number[];
  ids: number[];
  /** Tokens of the alias: place of the first, and how many. */
  alias: { from: number; count: number };
}

/** @throws UserError `probes.*` */
export async function alignedPrompts(
  subject: Subject,
  choice: PromptChoice,
  running: Running,
): Promise<PromptSet> {
  const classes = probeClasses(subject, choice.label);
  const all = allQuestions(subject).filter((asked) => SUBSETS[asked.subset].usesAlias && classes.asks(asked));
  const group = commonest(
    all.map((asked) => readPrompt(subject, asked)),
    classes,
    choice,
  );
  const labels = await classes.label(
    group.map(({ asked }) => asked),
    (asked) => areRight(subject, asked, running),
  );
  const chosen = evenly(subject, group, labels, choice);
  return {
    ...promptSet(subject, chosen.prompts),
    ...chosen.words,
    classes: classes.names,
    labels: chosen.labels,
  };
}

/** Form of a question without what stands in for the entity; equations of variables have one. */
function templateOf({ corpus }: Subject, { prompt }: Asked): string {
  if (corpus.knowledge.kind === 'variables') return 'equation';
  return prompt.map(({ role, text }) => (role === 'text' ? text : `{${role}}`)).join('');
}

function readPrompt(subject: Subject, asked: Asked): Prompt {
  const { reading } = subject;
  const { input, prompt } = reading.prompt(asked.prompt);
  const parts = reading.split(asked.prompt).map(({ part }) => part);
  const at = asked.prompt.findLastIndex(({ role }) => role === 'alias');
  const from = parts.indexOf(at);
  const count = parts.filter((part) => part === at).length;
  return { asked, template: templateOf(subject, asked), input, ids: prompt, alias: { from, count } };
}

const tokensOf = ({ input, ids }: Prompt) => (input.length > 0 ? input : ids);

/** The prompts of one form and length, as many as there are of the smaller class; the first of each alias. */
function commonest(prompts: Prompt[], classes: Classes, { template }: PromptChoice): Prompt[] {
  const groups = new Map<string, Map<number, Prompt>>();
  for (const prompt of prompts) {
    if (template !== null && !isAbout(prompt, template)) continue;
    const key = JSON.stringify([prompt.template, tokensOf(prompt).length, prompt.alias]);
    const group = groups.get(key) ?? new Map<number, Prompt>();
    if (!group.has(prompt.asked.entity)) group.set(prompt.asked.entity, prompt);
    groups.set(key, group);
  }
  // Where several are as common, seeds are to choose alike: their maps are laid over each other.
  const found = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => [...group.values()]);
  const sizes = found.map((group) => classes.smaller(group.map(({ asked }) => asked)));
  const best = found[sizes.indexOf(Math.max(...sizes))];
  if (best) return best;
  const forms = [...new Set(prompts.map((prompt) => prompt.template.replace(/\s+/g, ' ')))];
  throw new UserError(
    'probes.template',
    template === null
      ? 'probes: no question about an alias of these groups; choose other groups'
      : `probes: no question reads ${showValue(template)}; there are: ${forms.slice(0, 8).join(' | ')}`,
  );
}

const plain = (text: string) => text.replace(/\s+/g, ' ').trim().toLowerCase();

/** A form is named by some of its words. */
const isAbout = (prompt: Prompt, template: string) => plain(prompt.template).includes(plain(template));

async function areRight(subject: Subject, asked: readonly Asked[], running: Running): Promise<boolean[]> {
  const tests = testsOf(subject, asked, subject.config.pretrained?.max_new_tokens ?? null);
  const { given } = await answersTo(tests, running);
  const decode = (tokens: number[]) => subject.reading.tokenizer.decode(tokens).split('\n', 1)[0];
  return asked.map(({ golds }, i) => exactMatch(decode(given[i]), golds));
}

/** As many of each class, drawn and then shuffled by the seed. */
function evenly(
  { seed }: Subject,
  group: readonly Prompt[],
  labels: readonly (0 | 1 | null)[],
  { label, most }: PromptChoice,
) {
  const random = randomStream(seed, 'probes');
  const members = ([0, 1] as const).map((name) => random.shuffle(group.filter((_, i) => labels[i] === name)));
  const size = Math.min(most, ...members.map(({ length }) => length));
  if (size < FEWEST)
    throw tooFew(
      label,
      members.map(({ length }) => length),
      group.length,
    );
  const mixed = random.shuffle(
    members.flatMap((prompts, name) => prompts.slice(0, size).map((prompt) => ({ prompt, name }))),
  );
  const { template, alias } = mixed[0].prompt;
  const why = `the form of question and the length of alias (${plural(alias.count, 'token')}) with the most prompts in the smaller group: ${members.map(({ length }) => length).join(' and ')}, of which ${size} each, one for an alias`;
  return {
    prompts: mixed.map(({ prompt }) => prompt),
    labels: Uint8Array.from(mixed, ({ name }) => name),
    words: { template: template.replace(/\s+/g, ' '), why },
  };
}

function tooFew(label: ProbeLabel, sizes: number[], prompts: number): UserError {
  return new UserError(
    'probes.few',
    `probes: of ${plural(prompts, 'prompt')} that align, ${sizes[0]} are of the first group and ${sizes[1]} of the second (${label.by}); both need ${FEWEST}: choose other groups, or an experiment with more entities`,
  );
}

function promptSet(subject: Subject, prompts: readonly Prompt[]) {
  const { model, reading } = subject;
  const [length, input] = [prompts[0].ids.length, prompts[0].input.length];
  const rows = Math.min(MOST_ROWS, prompts.length);
  const shape = { batch: rows, length, targets: rows * length, input };
  return {
    tokens: columns(subject, prompts),
    layers: residualLayers(model, 'questions'),
    rows,
    program: (layers: readonly string[]) => residualProgram(model, shape, layers),
    inputs(wanted: readonly number[]) {
      const tokens = new Int32Array(rows * length).fill(reading.tokenizer.padId);
      const inputs = new Int32Array(rows * input);
      wanted.forEach((at, row) => {
        tokens.set(prompts[at].ids, row * length);
        inputs.set(prompts[at].input, row * input);
      });
      const ends = new Int32Array(rows).fill(input - 1);
      return { tokens, ...(input > 0 && { input: inputs, input_ends: ends }) };
    },
  };
}

/** What stands at each token: a text that all prompts share, a token of the alias, or something else. */
function columns({ reading }: Subject, prompts: readonly Prompt[]): PromptToken[] {
  const { from, count } = prompts[0].alias;
  const first = tokensOf(prompts[0]);
  return first.map((id, at): PromptToken => {
    const inAlias = at >= from && at < from + count;
    if (inAlias) return { text: count === 1 ? 'alias' : `alias ${at - from + 1}`, role: 'alias' };
    const shared = prompts.every((prompt) => tokensOf(prompt)[at] === id);
    return shared ? { text: reading.tokenizer.decode(id), role: 'same' } : { text: '…', role: 'other' };
  });
}
