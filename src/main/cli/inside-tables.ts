/** What an analysis found, as tables on standard output. */
import { plural } from '#shared/counting.ts';
import { decimals, digitsText } from '#shared/decimals.ts';
import { stageText } from '#shared/records.ts';
import { compareInside } from '#shared/stats/inside-compare.ts';
import {
  layerText,
  placeText,
  type EntropySummary,
  type GradientSummary,
  type InsideSummary,
  type MovesSummary,
  type ProbeSummary,
} from '#shared/stats/inside.ts';
import type { Interval } from '#shared/stats/interval.ts';
import { visible } from '#shared/plain-text.ts';
import { printFewSeeds } from './intervals.ts';
import { dim, note, percent, print, table, yellow } from './output.ts';

export function printInside(summary: InsideSummary): void {
  switch (summary.kind) {
    case 'probes':
      printProbes(summary);
      break;
    case 'gradients':
      printGradients(summary);
      break;
    case 'entropy':
      printEntropy(summary);
      break;
    case 'moves':
      printMoves(summary);
  }
  printFewSeeds([summary.seeds]);
}

/** The few numbers that experiments, or groups of them, are compared by, one a row. */
export function printCompared(
  rows: readonly { name: string; summary: InsideSummary }[],
  what: 'experiment' | 'group',
): void {
  const { names, over, figures, at, seeds } = compareInside(rows);
  print(`after ${at.join(', ')}`);
  for (const { title, series } of figures) {
    print(`\n${title}`);
    const cells = names.map((name, i) => [
      visible(name),
      ...series.map(({ points }) => (points[i] ? interval(points[i], short) : '–')),
    ]);
    print(table([over ?? what, ...series.map(({ name }) => name)], cells, numbers(series.length)));
  }
  printFewSeeds(seeds);
}

const numbers = (columns: number) => Array.from({ length: columns }, (_, i) => i + 1);

function interval({ mean, low, high }: Interval, text: (value: number) => string): string {
  return low === null || high === null ? text(mean) : `${text(mean)} [${text(low)}, ${text(high)}]`;
}

const fixed = (value: number) => decimals(value, 3);
const short = (value: number) => digitsText(value, 3);

function printProbes(summary: ProbeSummary): void {
  const { classes, at, template, why, chance, layers, tokens, cells, left_out } = summary;
  print(`${classes.join(' against ')}, after ${placeText(at)}; prompts: ${visible(template)}`);
  print(dim(`chosen: ${why}`));
  const head = ['layer', ...tokens.map(({ text }) => visible(text).replaceAll('\n', '↵') || '␣')];
  const rows = layers
    .map((layer, i) => [layerText(layer), ...cells[i].map((cell) => interval(cell, percent))])
    .toReversed();
  print(table(head, rows, numbers(tokens.length)));
  print(
    dim(
      `guessing: ${percent(chance.mean)}, 95 of 100 guessers from ${percent(chance.low)} to ${percent(chance.high)}`,
    ),
  );
  if (left_out > 0)
    note(
      yellow(
        `note: prompts of ${plural(left_out, 'seed')} are of another form or length, and on no common map; --template names one`,
      ),
    );
}

function printGradients({ points }: GradientSummary): void {
  for (const { at, subsets, differences, variance, mean_cosine } of points) {
    print(`\nafter ${placeText(at)}`);
    const rows = Object.entries(subsets).map(([subset, { cosine, distance, pairs }]) => [
      ...[subset, interval(cosine, fixed), interval(distance, short), String(pairs)],
    ]);
    print(table(['a definition and its questions', 'cosine', 'L2 distance', 'pairs'], rows, numbers(3)));
    for (const { first, second, cosine } of differences)
      print(`${first} − ${second}, cosine: ${interval(cosine, fixed)}`);
    print(
      dim(
        `all examples: variance ${interval(variance, short)}, cosine to the mean ${interval(mean_cosine, fixed)}`,
      ),
    );
  }
}

function printEntropy({ at, test, subsets }: EntropySummary): void {
  const asked =
    test === 'association' ? 'who an alias is' : 'the test questions (evaluation.tests has no association)';
  print(`after ${placeText(at)}, asked ${asked}; nats per token of the model's own answer`);
  const rows = subsets.map(({ subset, mean, answers }) => [subset, interval(mean, fixed), String(answers)]);
  print(table(['subset', 'mean', 'answers'], rows, numbers(2)));
}

function printMoves({ stages, parts, lens }: MovesSummary): void {
  print('how far each part moved, as a share of its size; then the cosine to its move in the stage before');
  const head = ['part', ...stages.flatMap((stage, i) => [stageText(stage), ...(i > 0 ? ['cosine'] : [])])];
  const rows = parts.map(({ name, moves }) => [
    name,
    ...moves.flatMap(({ share, cosine }, i) => [
      interval(share, percent),
      ...(i > 0 ? [cosine ? interval(cosine, fixed) : '–'] : []),
    ]),
  ]);
  print(table(head, rows, numbers(head.length - 1)));
  for (const stage of stages)
    printLens(
      stage,
      lens.filter((each) => each.stage === stage),
    );
}

function printLens(stage: MovesSummary['stages'][number], lens: MovesSummary['lens']): void {
  if (lens.length === 0) return;
  print(
    `\nlogit lens after ${stageText(stage)}: right answers that are the likeliest, and their median rank`,
  );
  const layers = lens[0].layers.map(({ layer }) => layerText(layer));
  const rows = lens.map(({ subset, layers }) => [
    subset,
    ...layers.map(({ first, rank }) => `${percent(first.mean)} · ${short(rank.mean)}`),
  ]);
  print(table(['subset', ...layers], rows, numbers(layers.length)));
}
