/**
 * The report of a comparison: its sentence, interval and p are those of an independent SciPy script on the exported
 * CSV (test/golden/comparison.py), and what is written is whole, escaped and can be repeated.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { reportIn } from '#main/cli/commands/repeat.ts';
import { openHistory } from '#main/history/history.ts';
import { comparisonOf } from '#main/report/comparison/input.ts';
import { plansOf, toPlan } from '#main/experiments/plans.ts';
import { comparisonHtml } from '#main/report/comparison/report.ts';
import { comparisonText, notationLatex } from '#main/report/comparison/table-text.ts';
import { escapedLatex } from '#main/report/table-markup.ts';
import type { NamedPlan } from '#shared/api/analysis.ts';
import type { EvaluationRecord } from '#shared/records.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { modelText } from '#shared/saved-config.ts';
import { SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { credenceNear } from './credence-here.ts';
import { startCredence, temporaryFolder, writeIn } from './credence.ts';
import { CHROMIUM, FLAGS, hasChromium } from './e2e/browser.ts';
import { recipe } from './e2e/recipes.ts';
import { inHistory } from './in-history.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const golden = (name: string) => readFileSync(new URL(`./golden/${name}`, import.meta.url), 'utf8');

interface SeedRow {
  experiment: string;
  name: string;
  seed: string;
  effect: 'iml' | 'stage1';
  first_subset: TestSubset;
  second_subset: TestSubset;
  first: string;
  second: string;
}

/** Made by test/golden/comparison.py. */
interface Golden {
  margin: number;
  comparisons: (Record<string, number> & { effect: string })[];
}

const SEEDS = golden('comparison-seeds.csv');
const expected = JSON.parse(golden('comparison.json')) as Golden;
const rows = parse(SEEDS, { columns: true }) as SeedRow[];
const home = temporaryFolder();
const HOSTILE = '<b>&_50%|$ "α"</b>';

/** The measurements of the CSV as a history of two experiments. */
function record(names: readonly string[]): void {
  const history = openHistory(path.join(home, 'history.sqlite'));
  for (const [i, name] of names.entries()) {
    const config = resolveConfig({
      ...recipe(name, { seeds: 10 }),
      tags: { correlation: i === 0 ? 1 : 0.5 },
    });
    const { runs } = history.createExperiment({ config, version: '0' });
    for (const run of runs) {
      const own = rows.filter((row) => Number(row.experiment) === i + 1 && Number(row.seed) === run.seed);
      history.markRunning(run.id);
      history.recordEvaluation(...evaluations(run.id, own));
      history.markDone(run.id);
    }
  }
  history.close();
}

function evaluations(run: number, own: readonly SeedRow[]): [EvaluationRecord, EvaluationRecord] {
  const at = (stage: 'stage1' | 'stage2', effect: SeedRow['effect'], step: number): EvaluationRecord => ({
    ...{ run, stage, epoch: 6, step },
    metrics: own
      .filter((row) => row.effect === effect)
      .flatMap(({ first_subset, second_subset, first, second }) => [
        { ...measured, subset: first_subset, exact_match: Number(first) },
        { ...measured, subset: second_subset, exact_match: Number(second) },
      ]),
  });
  return [at('stage1', 'stage1', 10), at('stage2', 'iml', 20)];
}

const measured = { test: 'questions' as const, f1: null, loss: 1, count: 720 };

async function said(args: string[], at = home): Promise<string> {
  const { code, stdout, stderr } = await credenceNear(args, at);
  expect(code, stderr).toBe(0);
  return stdout;
}

beforeAll(() => record(['alpha 1', 'alpha 0.5']));

describe('compared with SciPy', () => {
  it('exports the very CSV that the script read, and the numbers that it found', async () => {
    const [seeds, table] = ['seeds.csv', 'comparisons.csv'].map((name) => path.join(home, name));
    await said(['compare', '1', '2', '--csv', seeds]);
    expect(readFileSync(seeds, 'utf8')).toBe(SEEDS);
    await said(['compare', '1', '2', '--margin', '2', '--csv', table, '--table', 'comparisons']);
    const found = parse(readFileSync(table), { columns: true }) as Record<string, string>[];
    expect(found.map(({ effect }) => effect)).toEqual(expected.comparisons.map(({ effect }) => effect));
    expected.comparisons.forEach(({ effect, n, ...numbers }, i) => {
      expect(Number(found[i].margin)).toBe(expected.margin);
      expect([found[i].n_first, found[i].n_second]).toEqual([String(n), String(n)]);
      for (const [name, value] of Object.entries(numbers))
        expect([effect, name, Math.abs(Number(found[i][name]) - value) < 1e-6]).toEqual([effect, name, true]);
    });
  });

  it('exports the interquartile mean of each subset beside its mean', async () => {
    const table = path.join(home, 'subsets.csv');
    await said(['compare', '1', '2', '--csv', table, '--table', 'subsets']);
    const found = parse(readFileSync(table), { columns: true }) as Record<string, string>[];
    const last = found.find(
      ({ experiment, subset, when }) => [experiment, subset, when].join() === '2,d1consis,at the end',
    )!;
    const own = rows
      .filter(({ experiment, effect }) => experiment === '2' && effect === 'iml')
      .map(({ first }) => Number(first));
    const middle = own.toSorted((a, b) => a - b).slice(2, -2);
    expect(own).toHaveLength(10);
    expect(Number(last.interquartile_mean)).toBeCloseTo(middle.reduce((sum, each) => sum + each, 0) / 6, 12);
  });

  it('says them in the report’s sentence', () => {
    const input = inHistory(home, (history) => comparisonOf(history, [1, 2], { margin: 0.02, curves: true }));
    const html = comparisonHtml(input, plansOf(toPlan(input, input)))
      .replaceAll('\u00a0', ' ')
      .replaceAll('&lt;', '<')
      .replaceAll('&quot;', '"');
    const [{ difference, low, high, p, p_holm, g }] = expected.comparisons;
    const points = (share: number) => (100 * share).toFixed(1).replace('-', '−');
    expect(p).toBeLessThan(0.001);
    expect(p_holm).toBeLessThan(0.001);
    expect(html).toContain(
      `IML effect, "alpha 0.5" (2) against "alpha 1" (1): smaller, ${points(difference)} points (95 % interval ${points(low)} to ${points(high)}, p < 0.001, corrected for 2 comparisons p < 0.001, paired by seed).`,
    );
    expect(html).toContain(`= ${g.toFixed(2).replace('-', '−')} (95 % interval`);
    expect(html).toContain('no clear difference, +0.3 points');
  });
});

describe('the report', () => {
  it('needs nothing from outside, runs nothing, and has every part', () => {
    const input = inHistory(home, (history) => comparisonOf(history, [1, 2], { curves: true }));
    const html = comparisonHtml(input, plansOf(toPlan(input, input)));
    expect(html).not.toMatch(
      /<script|<link|<img|<iframe|@import|url\(|\son[a-z]+=|(src|href)=|NaN|undefined/i,
    );
    for (const title of [
      ...['What was found', 'Setup', 'What differs in the configs', 'Effects per seed', 'Effects compared'],
      ...['Subsets', 'Every seed', 'How many seeds would decide it', 'Repeat it'],
    ])
      expect(html).toContain(`<h2>${title}</h2>`);
    expect(html).toContain('<code>tags.correlation</code></td><td>1</td><td>0.5</td>');
    const [{ experiment }] = input.compared;
    expect(html).toContain(`<td>Model</td><td>${modelText(experiment.config)}</td>`);
    expect(html).toMatch(
      /<td>Pipeline<.td><td>two-stage \((stage 0: \d+ epochs?, )?stage 1: \d+ epochs?, stage 2: \d+ epochs?\)</,
    );
    expect(html).toContain('No comparison was registered before it was run');
  });

  it('escapes names, in the page and in tables', () => {
    inHistory(home, (history) => {
      history.renameExperiment(2, HOSTILE);
      const input = comparisonOf(history, [1, 2], { curves: true });
      expect(comparisonHtml(input, plansOf(toPlan(input, input)))).not.toContain('<b>');
      expect(comparisonText(input, 'markdown')).toContain(String.raw`\<b\>&\_50%\|$ "α"\</b\> (2)`);
      expect(comparisonText(input, 'latex')).toContain(
        String.raw`\textless{}b\textgreater{}\&\_50\%\textbar{}\$ \textquotedbl{}$\alpha$\textquotedbl{}\textless{}/b\textgreater{} (2)`,
      );
      history.renameExperiment(2, 'alpha 0.5');
    });
  });

  it('is trained again from its own file by one command, to the same numbers', async () => {
    const there = temporaryFolder();
    const file = path.join(there, 'report.html');
    for (const [name, width] of [
      ['narrow', 16],
      ['"wide" <b>', 32],
    ] as const) {
      const config = path.join(there, `${width}.yaml`);
      writeFileSync(config, JSON.stringify(recipe(name, { width, seeds: 2 })));
      await said(['run', config], there);
    }
    const asked = ['--effects', 'iml,d1consis-d3consis@stage1', '--margin', '2.5'];
    await said(['compare', '1', '2', ...asked, '--report', file], there);
    const configs = inHistory(there, (history) => [1, 2].map((id) => history.getExperiment(id).config));
    expect(reportIn(file)).toEqual({
      configs,
      asked: { effects: 'iml,d1consis-d3consis@stage1', margin: '2.5' },
    });
    const again = await said(['repeat', file, '--json'], there);
    type Compared = {
      experiments: { id: number; subsets: unknown; effects: object }[];
      margin: number | null;
    };
    const { experiments, margin } = JSON.parse(again) as Compared;
    expect(margin).toBe(0.025);
    expect(experiments.map(({ id }) => id)).toEqual([3, 4]);
    const first = JSON.parse(await said(['compare', '1', '2', ...asked, '--json'], there)) as Compared;
    const found = ({ subsets, effects }: Compared['experiments'][number]) => [subsets, Object.keys(effects)];
    expect(experiments.map(found)).toEqual(first.experiments.map(found));
  });

  it.skipIf(!hasChromium)('keeps numbers beside a long name in sight', async () => {
    const html = inHistory(home, (history) => {
      history.renameExperiment(2, 'a name that is longer than any table has room for, '.repeat(3));
      const input = comparisonOf(history, [1, 2]);
      history.renameExperiment(2, 'alpha 0.5');
      return comparisonHtml(input, plansOf(toPlan(input, input)));
    });
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.setContent(html);
      const effects = page.locator('section', { has: page.locator('h2', { hasText: 'Effects compared' }) });
      const p = (await effects.locator('td.number').nth(2).boundingBox())!;
      expect(p.x + p.width).toBeLessThan(1280);
    } finally {
      await browser.close();
    }
  });

  it.skipIf(!hasChromium)('as PDF embeds its fonts', async () => {
    const file = path.join(home, 'report.pdf');
    await said(['compare', '1', '2', '--pdf', file]);
    const pdf = readFileSync(file, 'latin1');
    expect(pdf.startsWith('%PDF-')).toBe(true);
    expect(pdf).toMatch(/\/FontFile[23]?\b/);
  });

  it('as PDF says what is missing where no browser is there; no file is left', async () => {
    const file = path.join(home, 'none.pdf');
    const { code, stderr } = await startCredence(['compare', '1', '2', '--pdf', file], home, home, {
      PATH: '/nowhere',
    }).finished;
    expect([code, stderr.trim().split('\n').at(-1)]).toEqual([
      2,
      'credence: PDF: no Chrome, Chromium, Edge or Brave is here to print it; install one, or make the report as HTML and print that from any browser',
    ]);
    expect(() => readFileSync(file)).toThrow(/ENOENT/);
  });

  it('refuses what is no report, no file name and no margin, in one line', async () => {
    const other = path.join(home, 'other.html');
    writeFileSync(other, '<html></html>');
    for (const [args, message] of [
      [['repeat', other], /is no report of a comparison \(it carries no configs\); name a file/],
      [['repeat', path.join(home, 'none.html')], /is no report of a comparison \(ENOENT\)/],
      [['compare', '1', '2', '--report', ''], /--report: "" is no file name; name a file to write/],
      [['compare', '1', '2', '--margin', '-2'], /--margin: "-2" is no size of an effect/],
      [['compare', '1'], /is one experiment; name two or more/],
      [['plan', '1', '--effect', '0'], /--effect: "0" is no size of an effect/],
    ] as const) {
      const { code, stderr } = await credenceNear([...args], home);
      expect([args, code, stderr.trim().split('\n').length]).toEqual([args, 2, 1]);
      expect(stderr).toMatch(message);
    }
  });
});

describe('a plan', () => {
  it('is printed as a curve, and drawn', async () => {
    const out = path.join(home, 'plan.html');
    const text = await said(['plan', '1', '2', '--margin', '2', '--out', out]);
    expect(text).toMatch(
      /IML effect, .*\nTo show an effect of 3\.9 points, as large as the one seen, with 80 %/,
    );
    expect(text).toMatch(/10 \(now\)\s+\d+ %/);
    expect(text).toContain('Fix the number before more are trained, or register it');
    expect(readFileSync(out, 'utf8').match(/<svg/g)).toHaveLength(6);
    expect(text).toMatch(
      /All of them at once\nTo show all 2 at once, each as large as the one seen, with p corrected for all 2 \(Holm\), with 80 %/,
    );
    const alone = await said(['plan', '1']);
    expect(alone).toContain('IML effect, "alpha 1"');
    expect(alone).not.toContain('at once');
  });

  it('is for the test that is asked for, on the command line and in the report, which is repeated so', async () => {
    const together = 'with 80 % power by the t-test and the permutation test together takes';
    const out = path.join(home, 'plan-both.html');
    const text = await said(['plan', '1', '2', '--test', 'both', '--out', out]);
    expect(text).toContain(together);
    expect(text).toMatch(/Simulated, 1000 experiments .* a power of 80 % is known to ± 2\.5 points, /);
    expect(readFileSync(out, 'utf8')).toContain(
      'Power of the t-test and the permutation test together against',
    );
    const report = path.join(home, 'planned.html');
    await said(['compare', '1', '2', '--plan', 'both', '--report', report]);
    const html = readFileSync(report, 'utf8');
    expect(html).toContain(together);
    expect(reportIn(report).asked).toEqual({ effects: 'iml,stage1', plan: 'both' });
    // The same numbers wherever it is asked.
    const told = JSON.parse(await said(['plan', '1', '2', '--test', 'both', '--json'])) as NamedPlan[];
    for (const { sentence } of told) {
      expect(sentence).toContain(
        'Of fewer than 6 pairs, no permutation test can be below 5 %: there the t-test',
      );
      expect(html).toContain(sentence);
    }
    const { code, stderr } = await credenceNear(['plan', '1', '2', '--test', 'wilcoxon'], home);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Allowed choices are t, permutation, both')]);
  });
});

const compiles =
  spawnSync('pdflatex', ['-v']).error === undefined &&
  spawnSync('kpsewhich', ['booktabs.sty', 'graphicx.sty']).stdout.toString().trim().split('\n').length === 2;

describe('LaTeX', () => {
  it.skipIf(!compiles)(
    'compiles and keeps on the page, whatever experiments are called (skipped where pdflatex or booktabs is missing)',
    () => {
      const names = [
        `[${HOSTILE}`,
        '* {~^\\}#$ and a name as long as that of a sweep of several fields may well be',
      ];
      const tables = inHistory(home, (history) => {
        names.forEach((name, i) => history.renameExperiment(i + 1, name));
        const written = comparisonText(comparisonOf(history, [1, 2]), 'latex');
        ['alpha 1', 'alpha 0.5'].forEach((name, i) => history.renameExperiment(i + 1, name));
        return written;
      });
      const packages = ['[T1]{fontenc}', '{booktabs}', '{graphicx}'].map((each) => `\\usepackage${each}`);
      const page = `\\documentclass{article}${packages.join('')}\\begin{document}${tables}\\end{document}`;
      const run = spawnSync('pdflatex', ['-halt-on-error', writeIn(home, 'tables.tex', page)], {
        cwd: home,
        encoding: 'utf8',
      });
      expect(run.status, run.stdout).toBe(0);
      expect(run.stdout).not.toContain('Overfull');
    },
  );

  it('takes nothing at the beginning of a row for an option of the row before', () => {
    expect(escapedLatex('[b]*')).toBe('{[}b]{*}');
  });

  it('sets the paper’s notation and takes no letter for its own', () => {
    expect(notationLatex(SUBSETS.qd2incons.notation)).toBe(
      String.raw`$\bar{D}_{2}^{\mathrm{incons}}\ QA_{2}$`,
    );
    expect(notationLatex(SUBSETS.d1consis.notation)).toBe(String.raw`$\dot{D}_{5}^{\mathrm{cons}}$`);
    expect(escapedLatex('a\\b{c}~^#−')).toBe(
      String.raw`a\textbackslash{}b\{c\}\textasciitilde{}\textasciicircum{}\#$-$`,
    );
  });
});
