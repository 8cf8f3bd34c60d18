/** The check of the packages that ship finds what it is there for. */
import { expect, it } from 'vitest';
import path from 'node:path';
import { textOf } from '../scripts/licences.ts';
import { lockedPackages, packageFaults } from '../scripts/packages.ts';
import { copyShipped } from '../scripts/shipped.ts';
import { temporaryFolder } from './credence.ts';

const GOOD = {
  version: '1.0.0',
  license: 'MIT',
  resolved: 'https://registry.npmjs.org/good/-/good-1.0.0.tgz',
  integrity: 'sha512-abc',
};

const faults = (changes: object) =>
  packageFaults(
    lockedPackages({ packages: { '': {}, 'node_modules/a/node_modules/@b/good': { ...GOOD, ...changes } } }),
    ['known'],
  );

it.each([
  [{}, []],
  [{ license: '(GPL-3.0-only OR MIT)' }, []],
  [{ license: 'Apache-2.0 AND BSL-1.0' }, []],
  [{ license: 'MPL-2.0' }, []],
  [{ license: 'OFL-1.1' }, []],
  [{ license: 'AGPL-3.0-only' }, [/licence is AGPL/]],
  [{ hasInstallScript: true }, [/@b\/good: has an install script; say in allowScripts/]],
  [{ license: 'GPL-3.0-only' }, [/@b\/good: its licence is GPL-3.0-only/]],
  [{ license: 'MIT AND GPL-3.0-only' }, [/licence is MIT AND GPL/]],
  [{ license: undefined }, [/licence is not told/]],
  [{ license: 'SEE LICENSE IN FILE' }, [/licence is SEE/]],
  [{ license: 'GPL-3.0-only', dev: true }, []],
  [{ resolved: 'git+https://github.com/a/b.git' }, [/comes from git/]],
  [{ resolved: undefined }, []],
  [{ integrity: undefined }, [/no SHA-512/]],
])('a package with %j', (changes, expected) => {
  const found = faults(changes);
  expect(found).toHaveLength(expected.length);
  for (const [i, pattern] of expected.entries()) expect(found[i]).toMatch(pattern);
});

it('the licences of what figures are drawn with go along: texts, or where they are', () => {
  const licence = (...folder: string[]) =>
    textOf(path.join(import.meta.dirname, '..', 'node_modules', ...folder));
  expect(licence('png-js')).toContain('Permission is hereby granted');
  expect(licence('@resvg', 'resvg-wasm')).toMatch(/licenses\/MPL-2\.0\.html; its source: \S+resvg-js/);
  const folder = temporaryFolder();
  copyShipped(folder, [{ platform: 'linux', arch: 'x64' }]);
  expect(textOf(path.join(folder, '@expo-google-fonts', 'inter'))).toContain('SIL OPEN FONT LICENSE');
});
