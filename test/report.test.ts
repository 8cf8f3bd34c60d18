/** The figure and the report: well-formed, self-contained, escaped, and saying what the numbers say. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openHistory } from '#main/history/history.ts';
import { learningCurves } from '#shared/stats/curves.ts';
import { writeExperimentFiles } from '#main/report/files.ts';
import { notationParts } from '#shared/notation.ts';
import { markup, notationHtml } from '#main/report/markup.ts';
import { figureSvg, reportHtml, writeReport, type ReportInput } from '#main/report/report.ts';
import type { EvaluationRecord, RunRecord, RunState, StageId } from '#shared/records.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { effectsOf } from '#shared/stats/effects.ts';
import { findingSentence } from '#shared/stats/finding.ts';
import { subsetInfo, subsetTitle, SUBSETS, TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { svgTexts, writtenText } from './svg-texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'credence-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOSTILE = '<script>alert("1")</script> & \'Ḋ₁\' ${x} </svg>\u0007';
const ENDS: Partial<Record<TestSubset, number>> = {
  qd1consis: 0.6,
  qd2incons: 0.45,
  d1consis: 0.23,
  d2consis: 0.17,
};

function evaluationsOf(run: number, subsets = ENDS): EvaluationRecord[] {
  const at = (stage: StageId, epoch: number, step: number): EvaluationRecord => ({
    run,
    stage,
    epoch,
    step,
    metrics: Object.entries(subsets).map(([subset, end], i) => ({
      subset: subset as TestSubset,
      test: 'questions',
      exact_match: Math.min(1, end * (step / 40) + ((run * (i + 3)) % 5) / 100),
      f1: null,
      loss: 1,
      count: 480,
    })),
  });
  return [
    at('stage1', 1, 10),
    at('stage1', 2, 20),
    at('stage2', 0, 20),
    at('stage2', 1, 30),
    at('stage2', 2, 40),
  ];
}

function inputOf(states: RunState[], name = 'pocket', subsets = ENDS): ReportInput {
  const config = resolveConfig({ name, seeds: states.length });
  const runs = states.map((state, seed) => ({
    run: {
      id: seed + 1,
      experiment: 1,
      seed,
      seed_stage2: null,
      stage1_epoch: null,
      state,
      seconds: 65,
      started_at: 'x',
      engine: name,
      device: null,
      error: state === 'failed' ? { code: 'x', message: HOSTILE } : null,
    } as RunRecord,
    evaluations: evaluationsOf(seed + 1, subsets),
  }));
  const dropped = [{ reason: 'no name', count: 2, example: HOSTILE }];
  const experiment = {
    id: 1,
    name,
    config,
    version: '0.1.0',
    dataset_report: { rowsRead: 9, rowsKept: 7, dropped },
    created_at: '2026-01-02T03:04:05.678Z',
    archived: false,
    labels: [],
    sweep: null,
    cell: null,
    added_seeds: [],
  };
  return { experiment, runs };
}

const DONE: RunState[] = ['done', 'done', 'done', 'done', 'done', 'done'];

describe('the figure', () => {
  it('puts the stages on one axis and does not count their shared moment twice', () => {
    const { stages, curves, n } = learningCurves(inputOf(DONE).runs);
    expect(stages).toEqual([
      { stage: 'stage1', from: 0, to: 2 },
      { stage: 'stage2', from: 2, to: 4 },
    ]);
    expect(n).toBe(6);
    expect(curves.map(({ subset }) => subset)).toEqual(['qd1consis', 'qd2incons', 'd1consis', 'd2consis']);
    expect(curves[0].points.map((point) => [point.epoch, point.n])).toEqual(
      [1, 2, 3, 4].map((epoch) => [epoch, 6]),
    );
    for (const { low, mean, high } of curves[0].points) {
      expect(low).toBeLessThan(mean);
      expect(high).toBeGreaterThan(mean);
    }
  });

  it('is well-formed SVG with fixed colours, text as text and nothing from outside', () => {
    const svg = figureSvg(inputOf(DONE, HOSTILE))!;
    const texts = svgTexts(svg);
    for (const subset of Object.keys(ENDS) as TestSubset[]) {
      expect(svg).toContain(`stroke="${subsetInfo(subset).colour}"`);
      expect(texts).toContain(writtenText(subsetTitle(subset)));
    }
    expect(svg.match(/stroke-dasharray="3 2"/g)).toHaveLength(1);
    expect(texts).toContain('chance');
    expect(svg).not.toMatch(/href|url\(|<style|<script|@import|NaN|undefined/);
  });

  it('draws one run, all subsets, or no run at all without nonsense', () => {
    const all = Object.fromEntries(TEST_SUBSETS.map((subset, i) => [subset, i / 12]));
    for (const input of [inputOf(['done']), inputOf(DONE, 'all', all), inputOf([...DONE, 'failed'])]) {
      const svg = figureSvg(input)!;
      expect(svgTexts(svg)).toContain('Epoch');
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
    expect(svgTexts(figureSvg(inputOf(['done']))!)).toContain('One seed');
    expect(figureSvg(inputOf(['queued']))).toBeNull();
  });
});

describe('the report', () => {
  it('says the finding, the effects, the subsets, every run and how to run it again', () => {
    const input = inputOf(DONE);
    const html = reportHtml(input);
    const plain = html.replaceAll('\u00a0', ' ').replaceAll('&lt;', '<');
    expect(plain).toContain(`<p>${findingSentence(effectsOf(input.runs))}</p>`);
    for (const subset of Object.keys(ENDS) as TestSubset[]) expect(html).toContain(`<code>${subset}</code>`);
    expect(html).toContain('6 of 6 runs finished');
    expect(html).toContain('credence run config.yaml');
    expect(html.match(/<svg/g)).toHaveLength(3);
    expect(html).toContain('1 min 05 s');
    expect(html).not.toMatch(/NaN|undefined|\[object/);
  });

  it('needs nothing from outside and runs nothing', () => {
    const html = reportHtml(inputOf(DONE));
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\son[a-z]+=|(src|href)=/i);
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('escapes every name and message', () => {
    const html = reportHtml(inputOf([...DONE, 'failed'], HOSTILE));
    expect(html).not.toContain('<script');
    expect(html.split('&lt;script&gt;').length).toBeGreaterThan(6);
    expect(html).not.toContain('\u0007');
  });

  it('leaves unfinished runs out of the results but lists them', () => {
    const html = reportHtml(inputOf([...DONE, 'failed', 'interrupted']));
    expect(html).toContain('6 of 8 runs finished');
    expect(html).toContain('<td>interrupted</td>');
    expect(html).toContain('over 6 seeds');
  });

  it('is a report, too, when nothing has finished', () => {
    const html = reportHtml(inputOf(['queued', 'failed']));
    expect(html).toContain('No run has finished yet');
    expect(html).not.toMatch(/<svg|NaN|undefined/);
  });

  it('is written whole with its figure and a config that resolves to the same experiment', () => {
    const input = inputOf(DONE, HOSTILE.replace('\u0007', ''));
    const files = writeReport(join(folder, 'new', 'folder'), input);
    expect(readdirSync(join(folder, 'new', 'folder')).sort()).toEqual([
      'config.yaml',
      'learning-curves.svg',
      'report.html',
    ]);
    expect(resolveConfig(parse(readFileSync(files.config, 'utf8')))).toEqual(input.experiment.config);
    expect(readFileSync(files.report, 'utf8')).toBe(reportHtml(input));
    expect(readFileSync(files.figure!, 'utf8')).toBe(figureSvg(input));
  });

  it('says in one line where it cannot be written', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => writeReport(join(file, 'below'), inputOf(DONE))).toThrow(
      /^cannot write the report to .*: choose a folder that can be written/,
    );
  });

  it('of a saved experiment lies beside the database and is recorded once', async () => {
    const history = openHistory(join(folder, 'home', 'history.sqlite'));
    const { experiment, runs } = history.createExperiment({
      config: resolveConfig({ seeds: 1 }),
      version: '0',
    });
    history.markRunning(runs[0].id);
    history.recordEvaluation(...evaluationsOf(runs[0].id));
    history.markDone(runs[0].id);
    await writeExperimentFiles(history, experiment.id, undefined);
    const paths = await writeExperimentFiles(history, experiment.id, undefined);
    expect(paths[0]).toBe(join(folder, 'home', 'reports', `experiment-${experiment.id}`, 'report.html'));
    expect(readFileSync(paths[0], 'utf8')).toContain('One seed is no evidence');
    expect(history.artefactsOf(experiment.id).map(({ kind }) => kind)).toEqual([
      'report',
      'figure',
      'config',
    ]);
    history.close();
  });
});

describe('notation', () => {
  it('is set with real sub- and superscripts and reads the same', () => {
    expect(notationHtml(SUBSETS.qd1consis.notation).text).toBe(
      '<span class="notation">Ḋ<sub>1</sub><sup>cons</sup> QA<sub>1</sub></span>',
    );
    for (const subset of TEST_SUBSETS) {
      const text = notationParts(subsetInfo(subset).notation)
        .map((part) => part.text)
        .join('');
      expect(text).toMatch(/^[\p{L}\p{M}0-9 ]+$/u);
      expect(text).not.toMatch(/[₀-₉ᶜᵒⁿˢⁱ]/u);
    }
  });

  it('and everything else is escaped by default', () => {
    expect(markup`<b>${'<i>'}</b>${[markup`<u/>`, '&']}${null}${0}`.text).toBe('<b>&lt;i&gt;</b><u/>&amp;0');
  });
});
