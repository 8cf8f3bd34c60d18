/** The cells that tests ask about, as they are kept beside the answers to them. */
import type { Example, KeptQuestion, Thing } from '#shared/answers.ts';
import type { ImageData, ImageTest } from './data.ts';
import { shown } from './describe.ts';
import { letterOf, rowsOf, sampleOf } from './samples.ts';

/** Every asked cell of every picture, in the order of the test batches. */
export function* keptCells(data: ImageData): Generator<KeptQuestion> {
  const things = data.assignment.aliases.map((_, alias) => thingOf(data, alias));
  for (const test of data.tests)
    for (let picture = 0; picture < data.testImages; picture++)
      for (const cell of test.cell === null ? test.labels.keys() : [test.cell])
        yield question(data, things[test.alias], { test, cell, picture });
}

/** An alias, and what its definition says. */
function thingOf({ assignment: { aliases }, shape: { grid } }: ImageData, alias: number): Thing {
  const { digits, letters, subset, tag, defines } = aliases[alias];
  const lettersIn = (cells: readonly number[]) => rowsOf(cells, grid, letterOf);
  return {
    alias: rowsOf(digits, grid, String),
    entity: lettersIn(letters),
    subset,
    tag,
    defines: defines === null ? null : lettersIn(aliases[defines].letters),
  };
}

function question(
  { assignment: { aliases }, shape: { grid }, testImages }: ImageData,
  thing: Thing,
  { test: asked, cell, picture }: { test: ImageTest; cell: number; picture: number },
): KeptQuestion {
  const { test, subset, labels } = asked;
  const { defines } = aliases[asked.alias];
  const attribute = `row ${Math.floor(cell / grid) + 1}, column ${(cell % grid) + 1}`;
  const which = testImages > 1 ? `, picture ${picture + 1}` : '';
  return {
    test,
    subset,
    thing,
    // A false definition's letters are asked for as if they were the alias's own.
    entity: test === 'grid-definition' ? thing.entity : rowsOf(labels, grid, letterOf),
    attribute,
    wording: `{entity}: ${attribute}${which}`,
    golds: [letterOf(labels[cell])],
    said: defines === null ? null : [letterOf(aliases[defines].letters[cell])],
    tokens: null,
  };
}

/** Pictures of an alias, as the first epoch draws them. */
export function* picturesAbout(data: ImageData, thing: Thing): Generator<Example> {
  const { assignment, shape, stages } = data;
  const digits = assignment.aliases.map((alias) => rowsOf(alias.digits, shape.grid, String));
  const wanted = digits.indexOf(thing.alias ?? '');
  for (const stage of stages)
    for (const [i, { alias, kind, subset }] of stage.examples.entries())
      if (alias === wanted)
        yield { stage: stage.id, kind, subset, shown: { picture: shown(sampleOf(data, stage, i)) } };
}
