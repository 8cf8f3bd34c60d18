/** Every panel at any width and size of letters: nothing leaves the sheet, nothing is drawn that is no number. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureCsv } from './data.ts';
import { widthOf } from './font.ts';
import { layOut } from './lay-out.ts';
import type { Sheet } from './marks.ts';
import type {
  BarPanel,
  CellPanel,
  ForestPanel,
  LinePanel,
  Panel,
  Spot,
  ParallelPanel,
  PointPanel,
} from './model.ts';

/** With as many digits as a metric has. */
const thousandths = (least: number, most: number) =>
  fc.integer({ min: 1000 * least, max: 1000 * most }).map((whole) => whole / 1000);
const value = thousandths(-50, 50);
const word = fc.string({ maxLength: 40 });
const colour = fc.constantFrom('#0072b2', '#d55e00');

const spot: fc.Arbitrary<Spot> = fc
  .record({
    mean: value,
    reach: fc.option(thousandths(0, 20)),
    seeds: fc.array(value, { maxLength: 4 }),
  })
  .map(({ mean, reach, seeds }) => ({
    mean,
    low: reach === null ? null : mean - reach,
    high: reach === null ? null : mean + reach,
    n: Math.max(1, seeds.length),
    ...(seeds.length > 0 && { seeds: seeds.map((each, seed) => ({ seed, value: each })) }),
  }));

const linePanel: fc.Arbitrary<LinePanel> = fc
  .record({
    ...{ title: word, places: fc.array(word, { minLength: 1, maxLength: 9 }), named: fc.boolean() },
    ...{
      interval: fc.constantFrom('band' as const, 'bars' as const),
      chance: fc.option(thousandths(0, 50)),
      joined: fc.boolean(),
    },
    series: fc.array(fc.record({ name: word, colour, spots: fc.array(spot, { maxLength: 9 }) }), {
      minLength: 1,
      maxLength: 6,
    }),
  })
  .map(({ title, places, named, interval, chance, joined, series }) => ({
    ...{ kind: 'lines', title, chance },
    x: {
      title: 'Epoch',
      text: (at) => (named ? places[at]! : String(at)),
      ...{
        domain: [-0.5, places.length - 0.5],
        scale: 'linear',
        ...(named && { ticks: places.map((_, i) => i) }),
      },
    },
    y: { title: 'Exact match (%)', text: (each) => each.toFixed(1), least: 0.05, most: Infinity },
    spans: [
      { from: 0, to: 1, text: 'Stage 1' },
      { from: 1, to: places.length, text: 'Stage 2' },
    ].slice(0, places.length > 1 ? 2 : 0),
    series: series.map(({ name, colour: of, spots }) => ({
      ...{ name, colour: of, interval, joined },
      points: spots.slice(0, places.length).map((each, x) => ({ x, ...each })),
    })),
  }));

const cellPanel: fc.Arbitrary<CellPanel> = fc
  .record({
    title: word,
    rows: fc.array(word, { minLength: 1, maxLength: 8 }),
    columns: fc.array(word, { minLength: 1, maxLength: 14 }),
    cell: spot,
  })
  .map(({ title, rows, columns, cell }) => ({
    ...{ kind: 'cells', title, rows, columns, cells: rows.map(() => columns.map(() => cell)) },
    ...{ text: (each) => `${each.toFixed(0)} %`, domain: [0, 50] },
  }));

const barPanel: fc.Arbitrary<BarPanel> = fc
  .record({
    title: word,
    shares: fc.array(thousandths(0, 1), { minLength: 1, maxLength: 30 }),
    names: fc.array(fc.string({ maxLength: 14 }), { minLength: 1, maxLength: 5 }),
    mean: spot,
  })
  .map(({ title, shares, names, mean }) => ({
    ...{ kind: 'bars', title, xTitle: 'Nats', bins: shares.map((_, i) => i + 0.5) },
    rows: names.map((name) => ({ name, short: name, colour: '#009e73', shares, mean, text: 'mean 1.82' })),
  }));

const forestPanel: fc.Arbitrary<ForestPanel> = fc
  .record({ title: word, rows: fc.array(fc.record({ name: word, spot }), { minLength: 1, maxLength: 5 }) })
  .map(({ title, rows }) => ({
    ...{
      kind: 'forest',
      title,
      x: {
        title: 'Difference (points of exact match)',
        text: (each: number) => each.toFixed(0),
        least: 0.01,
      },
    },
    rows: rows.map(({ name, spot: of }) => ({ name, text: '+14.3 (11.3 to 17.3)', ...of })),
  }));

const ink = {
  colour,
  mark: fc.constantFrom('rectRot' as const, 'circle' as const, 'rect' as const, 'triangle' as const),
};
const named = { name: word, pale: fc.boolean() };

const pointPanel: fc.Arbitrary<PointPanel> = fc
  .record({
    ...{ title: word, log: fc.boolean(), names: fc.array(word, { minLength: 1, maxLength: 12 }) },
    series: fc.array(
      fc.record({
        ...{ name: word, ...ink },
        points: fc.array(fc.record({ ...named, at: fc.nat(11), y: thousandths(1, 90) }), { maxLength: 6 }),
      }),
      { maxLength: 18 },
    ),
  })
  .map(({ title, log, names, series }) => ({
    ...{ kind: 'points', title },
    x: { title: 'Order', measured: 'Order', names, domain: [-0.5, names.length - 0.5], scale: 'linear' },
    y: {
      title: 'Learning rate',
      measured: 'lr',
      names: [],
      domain: [0.5, 95],
      scale: log ? 'log' : 'linear',
    },
    series: series.map(({ points, ...of }) => ({
      ...of,
      points: points.map(({ at, y, ...more }) => {
        const x = at % names.length;
        return { ...more, x, y, cells: [names[x]!, y] };
      }),
    })),
  }));

const parallelPanel: fc.Arbitrary<ParallelPanel> = fc
  .record({
    title: word,
    axes: fc.array(word, { minLength: 2, maxLength: 12 }),
    series: fc.array(
      fc.record({
        ...{ name: word, ...ink },
        lines: fc.array(
          fc.record({
            ...named,
            at: fc.array(fc.option(thousandths(0, 1)), { minLength: 12, maxLength: 12 }),
          }),
          { maxLength: 4 },
        ),
      }),
      { maxLength: 18 },
    ),
  })
  .map(({ title, axes, series }) => ({
    ...{ kind: 'parallel', title },
    axes: axes.map((each) => ({ title: each, measured: each, ticks: [{ at: 0.5, text: each }] })),
    series: series.map(({ lines, ...of }) => ({
      ...of,
      lines: lines.map(({ at, ...more }) => ({
        ...more,
        at: at.slice(0, axes.length),
        cells: at.slice(0, axes.length),
      })),
    })),
  }));

const panel: fc.Arbitrary<Panel> = fc.oneof(
  linePanel,
  cellPanel,
  barPanel,
  forestPanel,
  pointPanel,
  parallelPanel,
);
const sheet = fc
  .record({
    panels: fc.array(panel, { minLength: 1, maxLength: 4 }),
    width: thousandths(216, 700),
    font: thousandths(7, 10),
  })
  .map(({ panels, width, font }) => ({
    panels,
    sheet: layOut(
      { title: 'T', panels, notes: ['Mean over 10 seeds', 'tve: tag, alias, entity'] },
      { width, font },
    ),
    font,
  }));

/** Ends of a text along its line, in the direction that the sheet is measured in. */
function ends({ marks }: Sheet) {
  return marks.flatMap((mark) => {
    if (mark.kind !== 'text') return [];
    const length = widthOf(mark.text, mark.size, mark.bold ? 'bold' : 'regular');
    const before = { start: 0, middle: length / 2, end: length }[mark.anchor];
    const [x, y] = [mark.x, mark.y];
    // Read upwards: what is before lies below.
    return mark.turned
      ? [{ text: mark.text, left: x - mark.size, right: x, top: y - (length - before), bottom: y + before }]
      : [{ text: mark.text, left: x - before, right: x - before + length, top: y - mark.size, bottom: y }];
  });
}

describe('a figure that is laid out', () => {
  it('keeps every text on the sheet, at the size that was asked for', () => {
    fc.assert(
      fc.property(sheet, ({ sheet: drawn, font }) => {
        for (const { text, left, right, top, bottom } of ends(drawn)) {
          expect(left, text).toBeGreaterThanOrEqual(-0.01);
          expect(right, text).toBeLessThanOrEqual(drawn.width + 0.01);
          expect(top, text).toBeGreaterThanOrEqual(-font / 2);
          expect(bottom, text).toBeLessThanOrEqual(drawn.height + 0.01);
        }
        const sizes = drawn.marks.flatMap((mark) => (mark.kind === 'text' ? [mark.size] : []));
        expect(new Set(sizes)).toEqual(new Set([font]));
      }),
      { numRuns: 150 },
    );
  });

  it('draws nothing at a place that is no number', () => {
    fc.assert(
      fc.property(sheet, ({ sheet: drawn }) => {
        for (const mark of drawn.marks)
          expect(mark.kind === 'path' ? mark.d : `${mark.x} ${mark.y}`).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 100 },
    );
  });

  it('has every mean and every seed of its panels in its numbers', () => {
    fc.assert(
      fc.property(fc.array(panel, { minLength: 1, maxLength: 3 }), (panels) => {
        const spots = panels.flatMap((each): readonly Spot[] => {
          if (each.kind === 'lines') return each.series.flatMap(({ points }) => points);
          if (each.kind === 'cells') return each.cells.flat();
          if (each.kind === 'points' || each.kind === 'parallel') return [];
          return each.kind === 'forest' ? each.rows : each.rows.map(({ mean }) => mean);
        });
        const csv = figureCsv({ title: 'T', panels, notes: [] });
        expect(csv.split(/,mean,,/)).toHaveLength(spots.length + 1);
        const seeds = spots.reduce((sum, { seeds: own = [] }) => sum + own.length, 0);
        expect(csv.split(/,seed,\d/)).toHaveLength(seeds + 1);
        const chances = panels.flatMap((each) => (each.kind === 'lines' ? (each.chance ?? []) : []));
        const told = [...csv.matchAll(/,chance,,([\d.]+),/g)].map(([, number]) => Number(number));
        expect(told).toEqual(chances);
      }),
      { numRuns: 60 },
    );
  });

  it('writes the whole name of a row: names of a sweep differ at their ends', () => {
    const names = [0.5, 0.75].map(
      (of) => `sweep of the truthfulness: training.stage2.embedding_lr_multiplier=20, tags.correlation=${of}`,
    );
    const panel: ForestPanel = {
      ...{ kind: 'forest', title: 'IML effect' },
      x: { title: 'Difference (points)', text: String, least: 1 },
      rows: names.map((name) => ({
        ...{ name, text: '+1.0 (0.5 to 1.5)' },
        ...{ mean: 1, low: 0.5, high: 1.5, n: 5 },
      })),
    };
    const { marks } = layOut({ title: 'T', panels: [panel], notes: [] }, { width: 234, font: 8 });
    const lines = marks.flatMap((mark) => (mark.kind === 'text' ? mark : [])).sort((a, b) => a.y - b.y);
    const written = lines
      .map(({ text }) => text)
      .join('')
      .replaceAll(' ', '');
    for (const name of names)
      expect(written.replaceAll('+1.0(0.5to1.5)', '')).toContain(name.replaceAll(' ', ''));
  });

  /** Two series with bars at three places, each with two seeds. */
  const crowded: LinePanel = {
    ...{ kind: 'lines', title: 'IML effect', chance: 0.25, spans: [] },
    x: { title: 'α', text: String, domain: [0, 4], scale: 'linear', ticks: [1, 2, 3] },
    y: { title: 'Difference (points)', text: String, least: 0, most: 1 },
    series: ['#0072b2', '#d55e00'].map((of) => ({
      ...{ name: of, colour: of, interval: 'bars', joined: true },
      points: [1, 2, 3].map((x) => ({
        ...{ x, mean: 0.3, low: 0.1, high: 0.5, n: 2 },
        seeds: [0.2, 0.4].map((each, seed) => ({ seed, value: each })),
      })),
    })),
  };
  const paths = (figure: Sheet) =>
    figure.marks.flatMap((mark, at) =>
      mark.kind === 'path' ? [{ ...mark, at, x: Number(/^M([\d.-]+)/.exec(mark.d)![1]) }] : [],
    );

  it.each([150, 234, 486])('keeps seeds of one series off the bars of another, %d points wide', (width) => {
    const drawn = paths(layOut({ title: 'T', panels: [crowded], notes: [] }, { width, font: 8 }));
    const seeds = drawn.filter(({ opacity }) => opacity !== undefined);
    const bars = drawn.filter(({ stroke, d }) => stroke?.startsWith('#d') && d.split('M').length > 3);
    expect([seeds.length, bars.length]).toEqual([12, 3]);
    const blue = seeds.filter(({ fill }) => fill === '#0072b2');
    blue.forEach(({ x }, i) => expect(x + 2.2).toBeLessThan(bars[Math.floor(i / 2)]!.x));
    const marked = drawn.filter(({ fill, stroke }) =>
      [fill, stroke].some((of) => of && /#0072b2|#d55e00/.test(of)),
    );
    expect(marked.slice(-14, -2)).toEqual(seeds);
  });

  it('names chance beside the plot, where no curve runs', () => {
    const { marks } = layOut({ title: 'T', panels: [crowded], notes: [] }, { width: 234, font: 8 });
    const name = marks.find((mark) => mark.kind === 'text' && mark.text === 'chance');
    const dotted = marks.find((mark) => mark.kind === 'path' && mark.dash?.[0] === 1);
    const [, , end] = dotted!.kind === 'path' ? /^M([\d.]+),[\d.]+L([\d.]+),/.exec(dotted!.d)! : [];
    expect(name!.kind === 'text' && name!.x).toBeGreaterThan(Number(end));
    for (const { x, fill } of paths({ marks } as Sheet))
      if (fill === '#0072b2' || fill === '#d55e00') expect(x).toBeLessThan(Number(end));
  });

  it('writes a long name in a legend, a title and a note in as many lines as they need', () => {
    const title = 'Accuracy of probes, Ḋ₁ᶜᵒⁿˢ QA₁ (qd1consis) against D̄₂ⁱⁿᶜᵒⁿˢ QA₂ (qd2incons)';
    const name = 'Definition order: tve; Batch size, stage 1: 64; Learning rate, stage 2: 0.0005';
    const panels = [{ ...crowded, title, series: crowded.series.map((each) => ({ ...each, name })) }];
    const { marks } = layOut({ title: 'T', panels, notes: [title] }, { width: 150, font: 8 });
    const said = marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : [])).join(' ');
    expect(said.split(title)).toHaveLength(3);
    expect(said).toContain(name);
    expect(said).not.toContain('…');
  });
});
