/** Figures for a paper: the window's file is the command line's, fonts are in it, and its numbers are the history's. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DOMParser, onErrorStopParsing } from '@xmldom/xmldom';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleFile } from '#main/resources.ts';
import type { Arguments } from '#shared/contract.ts';
import { chanceIn } from '#shared/saved-config.ts';
import { credenceHere } from './credence-here.ts';
import { temporaryFolder, writeIn } from './credence.ts';
import { openService, type Opened } from './service.ts';

const home = temporaryFolder();
let opened: Opened;

beforeAll(async () => {
  const { code, stderr } = await credenceHere(['import', exampleFile()], home);
  expect([code, stderr.includes('credence:')]).toEqual([0, false]);
  opened = openService(home);
});
afterAll(() => opened.api.close());

type Asked = Omit<Arguments<'export.paperFigure'>, 'experiments'>;
async function saved(asked: Asked): Promise<Buffer> {
  const { base64 } = await opened.api.call('export.paperFigure', { experiments: [1], ...asked });
  return Buffer.from(base64, 'base64');
}

const has = (program: string) => spawnSync(program, ['-v']).error === undefined;
const words = (program: string, args: string[]) => spawnSync(program, args, { encoding: 'utf8' }).stdout;

/** Rows of the CSV. */
const table = (csv: Buffer | string) =>
  parse(csv.toString(), { columns: true }) as Record<
    'panel' | 'series' | 'x' | 'what' | 'seed' | 'value' | 'low' | 'high',
    string
  >[];

describe('a figure for a paper', () => {
  it.each(['pdf', 'svg', 'png', 'csv'] as const)(
    'is the same %s from the window and the command line',
    async (format) => {
      for (const show of ['curves', 'effects'] as const) {
        const file = path.join(home, `${show}.${format}`);
        const args = ['figure', '1', '--show', show, '--out', file, '--width', '85mm', '--font', '7.5'];
        expect((await credenceHere(args, home)).code).toBe(0);
        const bytes = await saved({ show, format, width: '85mm', font: 7.5 });
        expect(bytes.equals(readFileSync(file))).toBe(true);
        expect(bytes.equals(await saved({ show, format, width: '85mm', font: 7.5 }))).toBe(true);
      }
    },
  );

  it('has in its CSV the means of every evaluation, as the export of all of them has it', async () => {
    const rows = table(await saved({ show: 'curves', format: 'csv', tests: ['questions'] }));
    const { text } = await opened.api.call('export.csv', { experiments: [1] });
    const all = parse(text, { columns: true }) as Record<
      'subset' | 'stage' | 'epoch' | 'test' | 'exact_match',
      string
    >[];
    const ends = all.filter(
      ({ stage, epoch, test }) => stage === 'stage2' && epoch === '12' && test === 'questions',
    );
    const subsets = [...new Set(ends.map(({ subset }) => subset))];
    const drawn = subsets.map((subset) =>
      Number(rows.findLast(({ series }) => series.endsWith(`(${subset})`))!.value),
    );
    const means = subsets.map((subset) => {
      const values = ends.filter((each) => each.subset === subset).map((each) => Number(each.exact_match));
      expect(values).toHaveLength(10);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    });
    expect(subsets.length).toBeGreaterThan(8);
    drawn.forEach((value, k) => expect(value).toBeCloseTo(means[k]!, 12));
    const { config } = (await opened.api.call('experiments.get', { id: 1 })).experiment;
    const chances = rows
      .filter(({ what }) => what === 'chance')
      .map(({ panel, value }) => [panel, Number(value)]);
    expect(chances).toEqual([['Questions', chanceIn(config)]]);
    const epochs = new Set(all.map(({ stage, epoch }) => `${stage} ${epoch}`)).size;
    expect(rows.filter(({ series }) => series.endsWith('(d1consis)')).length).toBeLessThanOrEqual(epochs);
  });

  it('shows the effects of the comparison, a dot for each seed', async () => {
    const rows = table(await saved({ show: 'effects', format: 'csv' }));
    const { experiments } = await opened.api.call('analysis.compare', { experiments: [1] });
    const { iml } = experiments[0]!.effects.effects;
    const own = rows.filter(({ series }) => series === 'IML effect');
    expect(Number(own[0]!.value)).toBe(iml!.mean);
    expect(own.slice(1).map(({ seed, value }) => [Number(seed), Number(value)])).toEqual(
      iml!.per_seed.map(({ seed, difference }) => [seed, difference]),
    );
    const dots = (await saved({ show: 'effects', format: 'svg' })).toString().match(/fill-opacity="0.4"/g);
    expect(dots).toHaveLength(rows.filter(({ what }) => what === 'seed').length);
  });

  it('is a PDF of the width asked for whose only fonts are subsets of TrueType, with what they say', async () => {
    const pdf = await saved({ show: 'curves', format: 'pdf', width: 'column' });
    const text = pdf.toString('latin1');
    expect(text).toContain('/MediaBox [0 0 234 ');
    expect(text.match(/\/FontFile2 /g)).toHaveLength(2);
    expect(text.match(/\/Subtype \/CIDFontType2/g)).toHaveLength(2);
    expect(text.match(/\/BaseFont \/(?!\w{6}\+Inter)/g)).toBeNull();
    expect(text).not.toMatch(/\/Type3|\/Type1\b|\/Helvetica/);
    expect(text.match(/\/ToUnicode /g)).toHaveLength(2);
  });

  it('is a PNG of 300 dots per inch that says so', async () => {
    const png = await saved({ show: 'curves', format: 'png', width: '2in' });
    expect(png.readUInt32BE(16)).toBe(600);
    const at = png.indexOf('pHYs');
    // 300 / 0.0254 pixels a metre, in metres.
    expect([png.readUInt32BE(at + 4), png.readUInt32BE(at + 8), png.readUInt8(at + 12)]).toEqual([
      11811, 11811, 1,
    ]);
  });

  it('that a window drew is a PNG as sharp, or told to be none', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="192" height="96"><text y="20">Ḋ</text></svg>';
    const { base64 } = await opened.api.call('export.chartPng', { svg });
    const png = Buffer.from(base64, 'base64');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([600, 300]);
    expect(png.readUInt32BE(png.indexOf('pHYs') + 4)).toBe(11811);
    await expect(opened.api.call('export.chartPng', { svg: '<svg' })).rejects.toThrow(
      'svg: it cannot be drawn',
    );
  });

  it('is an SVG that is well-formed, fetches nothing, keeps its text, in one font no smaller than asked for', async () => {
    const svg = (await saved({ show: 'curves', format: 'svg', font: 7 })).toString();
    const document = new DOMParser({ onError: onErrorStopParsing }).parseFromString(svg, 'image/svg+xml');
    expect(svg).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)|<script|url\(|@font-face|<image/);
    expect(svg.match(/font-family/g)).toHaveLength(1);
    const texts = [...document.getElementsByTagName('text')];
    expect(texts.length).toBeGreaterThan(20);
    expect(new Set(texts.map((each) => each.getAttribute('font-size')))).toEqual(new Set(['7']));
    expect(texts.map(({ textContent }) => textContent)).toContain('Ḋ5cons\u00a0(d1consis)');
    expect(texts.map(({ textContent }) => textContent)).toContain('chance');
  });

  it('keeps all of its text on the sheet at a column’s width', async () => {
    for (const show of ['curves', 'effects'] as const) {
      const svg = (await saved({ show, format: 'svg', width: 'column' })).toString();
      const places = [...svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)"/g)].map(([, x, y]) => [
        Number(x),
        Number(y),
      ]);
      const [, height] = /viewBox="0 0 234 ([\d.]+)"/.exec(svg)!;
      for (const [x, y] of places) {
        expect(x! >= 0 && x! <= 234).toBe(true);
        expect(y! >= 0 && y! <= Number(height)).toBe(true);
      }
    }
  });

  it.skipIf(!has('pdflatex') || !has('pdffonts'))(
    'goes into a page of LaTeX with its fonts and its text (skipped where pdflatex or poppler-utils is missing)',
    async () => {
      writeIn(home, 'figure.pdf', await saved({ show: 'curves', format: 'pdf' }));
      const page =
        '\\documentclass[twocolumn]{article}\\usepackage{graphicx}\\begin{document}\\noindent\\includegraphics{figure.pdf}\\end{document}';
      const tex = writeIn(home, 'page.tex', page);
      const run = spawnSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', tex], {
        cwd: home,
        encoding: 'utf8',
      });
      expect(run.stdout).not.toMatch(/^!/m);
      expect(run.status).toBe(0);
      const fonts = words('pdffonts', [path.join(home, 'page.pdf')])
        .split('\n')
        .filter((line) => line.includes('Inter'));
      expect(fonts).toHaveLength(2);
      for (const font of fonts) expect(font).toMatch(/CID TrueType\s+Identity-H\s+yes yes yes/);
      expect(words('pdftotext', [path.join(home, 'page.pdf'), '-'])).toMatch(
        /Exact match \(%\)[^]*\(d1consis\)/,
      );
    },
  );
});

describe('what cannot be made', () => {
  const refused = async (...args: string[]) => {
    const { code, stderr } = await credenceHere(['figure', ...args], home);
    expect(code).not.toBe(0);
    return stderr;
  };
  const out = path.join(home, 'none.pdf');

  it.each([
    [['1', '--out', out, '--width', '85'], 'width: "85" will not do; give column (3.25in)'],
    [['1', '--out', out, '--width', '40in'], 'a length from 1.5in to 17in'],
    [['1', '--out', out, '--font', '5'], 'from 7 (smaller is not legible in print) to 14'],
    [['1', '--out', path.join(home, 'none.jpg')], 'none.jpg" should end in .pdf, .svg or .png'],
    [['1', '--out', out, '--show', 'sweep'], 'is no sweep; name one, such as s3'],
    [['1', '--out', out, '--show', 'probes'], 'nothing of it is done yet; look inside first'],
    [['1', '--out', out, '--show', 'pie'], '--show: "pie" is none; give curves, effects'],
    [['1', '--out', out, '--test', 'letters'], 'no finished run has measured these subsets'],
    [['9', '--out', out], 'experiment 9'],
  ])('%j is told in one line, and nothing is written', async (args, said) => {
    expect(await refused(...args)).toContain(said);
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });
});
