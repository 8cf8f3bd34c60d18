/**
 * What a user can get wrong: one clear line naming field, value and remedy, exit code 2, no stack trace,
 * nothing half-written.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { credence, startCredence, temporaryFolder, TINY, writeIn } from './credence.ts';
import { credenceHere } from './credence-here.ts';

const csv = (file: string, more = '') => `
dataset: { kind: csv, path: ${file}${more} }
model: { architecture: gpt2, d_model: 16, n_layers: 1, n_heads: 2 }
`;

const PEOPLE = `name,born,craft\n${Array.from({ length: 40 }, (_, i) => `Person ${i},${1900 + i},craft${i % 4}`).join('\n')}\n`;

interface Case {
  what: string;
  /** Files to write first. */
  files?: Record<string, string | Uint8Array>;
  args: string[];
  env?: Record<string, string>;
  says: RegExp;
}

const CONFIGS: Case[] = [
  { what: 'a missing config', args: ['run', 'missing.yaml'], says: /missing\.yaml.*does not exist/ },
  { what: 'an empty config', files: { 'c.yaml': '' }, args: ['run', 'c.yaml'], says: /c\.yaml.*is empty/ },
  {
    what: 'a binary config',
    files: { 'c.yaml': Uint8Array.of(0x89, 0x50, 0xff, 0) },
    args: ['run', 'c.yaml'],
    says: /not UTF-8 text/,
  },
  { what: 'a folder as config', args: ['run', './'], says: /not a file/ },
  {
    what: 'broken YAML',
    files: { 'c.yaml': 'name: a\n  b: [1,\n' },
    args: ['run', 'c.yaml'],
    says: /c\.yaml, line \d: not valid YAML/,
  },
  {
    what: 'a YAML alias bomb',
    files: { 'c.yaml': aliasBomb() },
    args: ['run', 'c.yaml'],
    says: /not usable YAML/,
  },
  {
    what: 'a key given twice',
    files: { 'c.yaml': 'name: a\nname: b\n' },
    args: ['run', 'c.yaml'],
    says: /line 2: .*unique/,
  },
  {
    what: 'a presets folder that is not there',
    args: ['run', 'pocket'],
    env: { CREDENCE_PRESETS: 'elsewhere' },
    says: /CREDENCE_PRESETS: "elsewhere" is not a folder/,
  },
  ...['list', 'run pocket', 'preview pocket', 'serve'].flatMap((command): Case[] => [
    {
      what: `an empty HOME (${command})`,
      args: command.split(' '),
      env: { CREDENCE_HOME: '', HOME: '', XDG_DATA_HOME: '' },
      says: /^credence: HOME: "" is not an absolute path; set it to one, or set CREDENCE_HOME/,
    },
    {
      what: `a relative XDG_DATA_HOME (${command})`,
      args: command.split(' '),
      env: { CREDENCE_HOME: '', XDG_DATA_HOME: 'share' },
      says: /^credence: XDG_DATA_HOME: "share" is not an absolute path/,
    },
  ]),
  { what: 'an unknown preset', args: ['run', 'pocke'], says: /did you mean "pocket"/ },
  {
    what: 'an unknown key',
    files: { 'c.yaml': 'modle: {}\n' },
    args: ['run', 'c.yaml'],
    says: /modle: unknown key.*did you mean "model"/,
  },
  {
    what: 'NaN',
    files: { 'c.yaml': 'training: { stage1: { lr: .nan } }\n' },
    args: ['run', 'c.yaml'],
    says: /training\.stage1\.lr/,
  },
  {
    what: 'a negative fraction',
    files: { 'c.yaml': 'subsets: { fractions: { q: -0.1 } }\n' },
    args: ['run', 'c.yaml'],
    says: /subsets\.fractions\.q: -0\.1/,
  },
  {
    what: 'fractions off 1',
    files: { 'c.yaml': 'subsets: { fractions: { q: 0.5 } }\n' },
    args: ['run', 'c.yaml'],
    says: /sum to 1\.4/,
  },
  {
    what: 'a huge seed',
    args: ['run', 'pocket', '--seeds', '99999999999..99999999999'],
    says: /largest seed/,
  },
  {
    what: 'a seed that is none',
    args: ['run', 'pocket', '--seeds', 'five'],
    says: /seeds: "five" is neither/,
  },
  {
    what: 'an empty --set',
    args: ['run', 'pocket', '--set', 'model.d_model='],
    says: /has no value.*or null for none/,
  },
  {
    what: 'a --set within another',
    args: ['run', 'pocket', '--set', 'model.d_model=8', '--set', 'model={d_mlp: 8}'],
    says: /--set: "model.d_model" lies within "model", which is set too/,
  },
  {
    what: 'a --set of what is swept',
    args: ['sweep', 'pocket', '--over', 'tags.correlation=0.5,1', '--set', 'tags.correlation=0.7'],
    says: /--set: "tags\.correlation" is swept, so that no combination would have this value/,
  },
  { what: 'a bad --set', args: ['run', 'pocket', '--set', 'model'], says: /--set: "model" has no value/ },
  {
    what: 'an unknown field in --set',
    args: ['run', 'pocket', '--set', 'model.width=3'],
    says: /model\.width: unknown key/,
  },
  { what: 'an unknown engine', args: ['run', 'pocket', '--engine', 'cuda'], says: /engine: "cuda".*"onnx"/ },
  { what: 'a bad --jobs', args: ['run', 'pocket', '--jobs', '0'], says: /--jobs: "0"/ },
  {
    what: 'heads that do not divide the width',
    args: ['run', 'pocket', '--set', 'model.n_heads=3'],
    says: /model\.n_heads is 3/,
  },
  {
    what: 'a world too small to split',
    args: ['run', 'pocket', '--set', 'dataset.n_entities=6'],
    says: /subset|entities/,
  },
  { what: 'an unknown option', args: ['run', 'pocket', '--sedes', '3'], says: /unknown option '--sedes'/ },
  { what: 'an unknown command', args: ['rnu'], says: /unknown command 'rnu'/ },
  {
    what: 'a history that is not there',
    args: ['show', '12', '--db', 'typo.sqlite'],
    says: /typo\.sqlite.*does not exist/,
  },
  { what: 'an id that is none', args: ['show', 'first'], says: /"first" is not an experiment number/ },
];

const TABLES: Case[] = [
  { what: 'a missing CSV', files: { 'c.yaml': csv('none.csv') }, args: ['run', 'c.yaml'], says: /none\.csv/ },
  {
    what: 'an empty CSV',
    files: { 'c.yaml': csv('t.csv'), 't.csv': '' },
    args: ['run', 'c.yaml'],
    says: /t\.csv.*empty/,
  },
  {
    what: 'a binary CSV',
    files: { 'c.yaml': csv('t.csv'), 't.csv': Uint8Array.from({ length: 500 }, (_, i) => (i * 37) % 256) },
    args: ['run', 'c.yaml'],
    says: /t\.csv/,
  },
  {
    what: 'one column',
    files: { 'c.yaml': csv('t.csv'), 't.csv': 'name\na\nb\nc\n' },
    args: ['run', 'c.yaml'],
    says: /column/,
  },
  {
    what: 'no rows',
    files: { 'c.yaml': csv('t.csv'), 't.csv': 'name,born,craft\n' },
    args: ['run', 'c.yaml'],
    says: /row/,
  },
  {
    what: 'a cell of a million characters',
    files: { 'c.yaml': csv('t.csv'), 't.csv': `${PEOPLE}Long,1999,${'x'.repeat(1e6)}\n` },
    args: ['run', 'c.yaml'],
    says: /craft|cell/,
  },
  {
    what: 'an unknown column',
    files: { 'c.yaml': csv('t.csv', ', entity: nam'), 't.csv': PEOPLE },
    args: ['run', 'c.yaml'],
    says: /"nam".*"name"/,
  },
  {
    what: 'a question without {entity}',
    files: { 'c.yaml': csv('t.csv', ', questions: { born: When? }'), 't.csv': PEOPLE },
    args: ['run', 'c.yaml'],
    says: /\{entity\}/,
  },
];

function aliasBomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
  );
  return ['l0: &l0 [x]', ...levels].join('\n');
}

describe.each([
  ['configs and options', CONFIGS],
  ['tables', TABLES],
])('malformed %s', (_, cases) => {
  it.each(cases)('$what', async ({ files = {}, args, env, says }) => {
    const home = temporaryFolder();
    const folder = temporaryFolder();
    for (const [name, content] of Object.entries(files)) writeIn(folder, name, content);
    const { code, stdout, stderr } = await (env
      ? startCredence(args, home, folder, env).finished
      : credenceHere(args, home, folder));
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('('));
    expect(lines).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('a database that cannot be used', () => {
  const run = async (db: string) => {
    const home = temporaryFolder();
    const file = writeIn(home, 'tiny.yaml', TINY);
    return credence(['run', file, '--db', db], home);
  };

  it.each([
    [
      'a file that is no database',
      (folder: string) => writeIn(folder, 'h.sqlite', 'not a database, but some text that is long enough'),
      /not a database/,
    ],
    ['a folder', (folder: string) => folder, /is a folder/],
    [
      'a place that cannot be made',
      (folder: string) => path.join(writeIn(folder, 'file', 'x'), 'h.sqlite'),
      /cannot create|check that/,
    ],
  ])('%s', async (_, make, says) => {
    const folder = temporaryFolder();
    const { code, stderr, stdout } = await run(make(folder));
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });

  it.skipIf(process.getuid?.() === 0)('a folder without permission', async () => {
    const folder = path.join(temporaryFolder(), 'closed');
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    const { code, stderr } = await run(path.join(folder, 'h.sqlite'));
    expect(stderr).toMatch(/permission|written/);
    expect(code).toBe(2);
    expect(existsSync(path.join(folder, 'h.sqlite'))).toBe(false);
  });
});
