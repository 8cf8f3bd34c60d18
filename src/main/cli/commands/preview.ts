/** `credence preview`: the documents a model will read, before anything is trained. */
import { visible } from '#shared/plain-text.ts';
import { buildCorpus } from '#lab/corpus/build.ts';
import { describeCorpus } from '#lab/corpus/describe.ts';
import { textOf } from '#lab/corpus/document.ts';
import { corpusHash } from '#lab/corpus/hash.ts';
import { wordTokenizer } from '#lab/corpus/vocabulary.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import type { LoadReport } from '#lab/datasets/knowledge-base.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { CorpusDescription, DocumentGroup, TestGroup } from '#shared/corpus.ts';
import { UserError } from '#shared/errors.ts';
import { reportLines } from '#shared/table-report.ts';
import { subsetInfo } from '#shared/subsets.ts';
import { cellLabel } from '#shared/sweep.ts';
import { isSweepSource, loadConfig, loadSweep } from '../../experiments/config-file.ts';
import { loadingOptions } from '../loading-view.ts';
import { bold, dim, print, printJson, table, yellow } from '../output.ts';
import { parseSeed } from '../seed-option.ts';

interface PreviewOptions {
  seed?: string;
  samples: string;
  set?: string[];
  /** Of a sweep, from 1. */
  cell?: string;
  json?: boolean;
}

export async function previewCommand(source: string, options: PreviewOptions): Promise<void> {
  const samples = parseSamples(options.samples);
  const { config, note: which } = chooseConfig(source, options);
  const seed = options.seed === undefined ? config.seeds[0] : parseSeed(options.seed, 'preview.seed');
  const knowledge = await loadDataset(config.dataset, seed, loadingOptions());
  const corpus = buildCorpus(config, knowledge, seed);
  const description = describeCorpus(corpus, wordTokenizer(corpus), samples);
  const { tags } = corpus.assignment;
  const hash = corpusHash(corpus);
  if (options.json)
    return printJson({
      name: config.name,
      seed,
      corpus_hash: hash,
      dataset: knowledge.report,
      reading: reportLines(knowledge.report).map(({ text }) => text),
      tags,
      ...asTexts(description),
    });
  const questions = `${knowledge.attributes.length} kinds of question`;
  print(
    `${bold(visible(config.name))}, seed ${seed}: ${knowledge.entities.length} entities, ${questions}, ${description.vocabulary} tokens in the vocabulary`,
  );
  if (which) print(dim(which));
  printReading(knowledge.report);
  print(
    `tags: ${Object.entries(tags)
      .map(([role, tag]) => `${role} ${tag}`)
      .join(', ')}`,
  );
  printStages(config, description);
  printTests(description.tests);
  print(dim(`\ncorpus ${hash}`));
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
  if (!report.table && report.dropped.length === 0) return;
  for (const { level, text } of reportLines(report))
    print(level === 'note' ? yellow(`  ${text}`) : `  ${text}`);
}

function printStages({ training }: ExperimentConfig, { stages }: CorpusDescription): void {
  for (const { id, documents, tokens, longest, groups } of stages) {
    const { epochs, batch_size, definition_repeats } = training[id] ?? training.stage1;
    const repeats = definition_repeats > 1 ? `, definitions ${definition_repeats} times` : '';
    print(
      `\n${bold(id)}: ${documents} documents, ${tokens} tokens, longest ${longest}; ${epochs} epochs of batches of ${batch_size}${repeats}`,
    );
    print(table(['', 'subset', 'documents', 'tokens', 'samples'], groups.map(documentRow), [2, 3]));
  }
}

function documentRow({ kind, subset, documents, tokens, samples }: DocumentGroup): string[] {
  return [
    kind,
    subset === null ? 'all' : `${subset}  ${subsetInfo(subset).notation}`,
    String(documents),
    String(tokens),
    samples.map(({ parts }) => oneLine(textOf(parts))).join('\n'),
  ];
}

function printTests(tests: readonly TestGroup[]): void {
  print(`\n${bold('tests')}`);
  const rows = tests.map(({ test, subset, questions, samples }) => [
    test,
    `${subset}  ${subsetInfo(subset).notation}`,
    String(questions),
    samples
      .map(({ prompt, golds }) => `${oneLine(textOf(prompt))} → ${visible(golds.join('; '))}`)
      .join('\n'),
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
        samples: group.samples.map(({ parts }) => textOf(parts)),
      })),
    })),
    tests: tests.map((group) => ({
      ...group,
      samples: group.samples.map(({ prompt, golds }) => ({ prompt: textOf(prompt), golds })),
    })),
  };
}

/** A text on one line, its line breaks shown. */
function oneLine(text: string): string {
  return text.split('\n').map(visible).join(dim('⏎'));
}
