/** `credence preview`: the documents a model will read, before anything is trained. */
import { visible } from '#shared/plain-text.ts';
import { textOf } from '#lab/corpus/document.ts';
import type { LoadReport } from '#lab/datasets/knowledge-base.ts';
import { kindOf } from '#lab/tasks/index.ts';
import { answersEstimate } from '#shared/answers-size.ts';
import { sizeText } from '#shared/counting.ts';
import type { ExperimentConfig, StageConfig } from '#shared/config.ts';
import type { CorpusDescription, DocumentGroup, TaskDescription, TestGroup } from '#shared/corpus.ts';
import { UserError } from '#shared/errors.ts';
import { memoryText } from '#shared/pretrained-models.ts';
import { questionText, sampleText } from '#shared/sample-text.ts';
import { TASKS } from '#shared/tasks.ts';
import { reportLines } from '#shared/table-report.ts';
import { subsetInfo } from '#shared/subsets.ts';
import { cellLabel } from '#shared/sweep.ts';
import { isSweepSource, loadConfig, loadSweep } from '../../experiments/config-file.ts';
import { memoryOfRun } from '../../experiments/pretrained-memory.ts';
import { loadingOptions } from '../loading-view.ts';
import { bold, dim, print, printJson, table, yellow } from '../output.ts';
import { parseSeed } from '../seed-option.ts';

interface PreviewOptions {
  seed?: string;
  samples: string;
  set?: string[];
  model?: string;
  /** Of a sweep, from 1. */
  cell?: string;
  json?: boolean;
}

export async function previewCommand(source: string, options: PreviewOptions): Promise<void> {
  const samples = parseSamples(options.samples);
  const { config, note: which } = chooseConfig(source, options);
  const seed = options.seed === undefined ? config.seeds[0] : parseSeed(options.seed, 'preview.seed');
  const kind = kindOf(config);
  const data = await kind.load(config, seed, loadingOptions());
  const task = kind.build(config, data, seed);
  const description = task.describe(samples);
  const { tags } = description;
  const hash = task.hashes.corpus;
  const memory = memoryOfRun(config, task.plan());
  if (options.json)
    return printJson({
      name: config.name,
      seed,
      corpus_hash: hash,
      dataset: data.report,
      reading: reportLines(data.report).map(({ text }) => text),
      tags,
      memory,
      ...asTexts(description),
    });
  print(`${bold(visible(config.name))}, seed ${seed}: ${inNumbers(config, description)}`);
  if (which) print(dim(which));
  printReading(data.report);
  print(
    `tags: ${Object.entries(tags)
      .map(([role, tag]) => `${role} ${tag}`)
      .join(', ')}`,
  );
  if (memory) print(memoryText(memory));
  printStages(config, description);
  printTests(description.tests);
  printAnswers(config, description);
  print(dim(`\ncorpus ${hash}`));
}

/** How much there is of everything. */
function inNumbers(
  { task }: ExperimentConfig,
  { entities, attributes, vocabulary }: TaskDescription,
): string {
  const counts = [`${entities} ${TASKS[task].entities}`];
  if (attributes.length > 0) counts.push(`${attributes.length} kinds of question`);
  if (vocabulary !== null) counts.push(`${vocabulary} ${TASKS[task].vocabulary}`);
  return counts.join(', ');
}

/** The experiment; of a sweep one combination, with a remark which one it is. */
function chooseConfig(
  source: string,
  options: PreviewOptions,
): { config: ExperimentConfig; note: string | null } {
  if (!isSweepSource(source)) return { config: loadConfig(source, options), note: null };
  const { cells } = loadSweep(source, options);
  const number = options.cell === undefined ? 1 : Number(options.cell);
  const chosen = cells[number - 1];
  if (chosen)
    return {
      config: chosen.config,
      note: `combination ${number} of ${cells.length}: ${cellLabel(chosen.cell)} (--cell shows another)`,
    };
  throw new UserError(
    'preview.cell',
    `--cell: "${options.cell}" is not a whole number from 1 to ${cells.length}`,
  );
}

function parseSamples(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new UserError('preview.samples', `--samples: "${text}" is not a whole number from 0 to 999`);
}

/** How the data were read: every choice with its reason, and what was left out. */
function printReading(report: LoadReport): void {
  if (!report.table && !report.digits && report.dropped.length === 0) return;
  for (const { level, text } of reportLines(report))
    print(level === 'note' ? yellow(`  ${text}`) : `  ${text}`);
}

function printStages({ task, training }: ExperimentConfig, { stages }: CorpusDescription): void {
  const { examples } = TASKS[task];
  for (const { id, documents, tokens, longest, groups } of stages) {
    const { epochs, batch_size, definition_repeats = 1 }: StageConfig = training[id] ?? training.stage1;
    const repeats = definition_repeats > 1 ? `, definitions ${definition_repeats} times` : '';
    print(
      `\n${bold(id)}: ${documents} ${examples}${tokens === null ? '' : `, ${tokens} tokens, longest ${longest}`}; ${epochs} epochs of batches of ${batch_size}${repeats}`,
    );
    print(
      table(
        ['', 'subset', examples, ...(tokens === null ? [] : ['tokens']), 'samples'],
        groups.map(documentRow),
        [2, 3],
      ),
    );
  }
}

/** What the answers that are kept will take. */
function printAnswers(config: ExperimentConfig, description: CorpusDescription): void {
  const estimate = answersEstimate(config, description);
  if (!estimate) return print(dim('\nno answers are kept (evaluation.keep_answers)'));
  const { questions, evaluations, runs, bytes } = estimate;
  const times = `${evaluations} evaluation${evaluations === 1 ? '' : 's'} of ${questions} questions`;
  print(
    dim(
      `\nanswers kept: ${times} in each of ${runs} runs, about ${sizeText(bytes)} (evaluation.keep_answers)`,
    ),
  );
}

function documentRow({ kind, subset, documents, tokens, samples }: DocumentGroup): string[] {
  return [
    kind,
    subset === null ? 'all' : `${subset}  ${subsetInfo(subset).notation}`,
    String(documents),
    ...(tokens === null ? [] : [String(tokens)]),
    samples.map((sample) => oneLine(sampleText(sample))).join('\n'),
  ];
}

function printTests(tests: readonly TestGroup[]): void {
  print(`\n${bold('tests')}`);
  const rows = tests.map(({ test, subset, questions, samples }) => [
    test,
    `${subset}  ${subsetInfo(subset).notation}`,
    String(questions),
    samples.map((sample) => oneLine(questionText(sample))).join('\n'),
  ]);
  print(table(['test', 'subset', 'questions', 'samples'], rows, [2]));
}

/** The description with its samples as plain texts. */
function asTexts({ vocabulary, stages, tests }: CorpusDescription) {
  return {
    vocabulary,
    stages: stages.map((stage) => ({
      ...stage,
      groups: stage.groups.map((group) => ({
        ...group,
        samples: group.samples.map(sampleText),
      })),
    })),
    tests: tests.map((group) => ({
      ...group,
      samples: group.samples.map((sample) =>
        'prompt' in sample ? { prompt: textOf(sample.prompt), golds: sample.golds } : sampleText(sample),
      ),
    })),
  };
}

/** A text on one line, its line breaks shown. */
function oneLine(text: string): string {
  return text.split('\n').map(visible).join(dim('⏎'));
}
