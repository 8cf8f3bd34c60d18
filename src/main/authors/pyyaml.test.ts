/** YAML as PyYAML reads it, which is YAML 1.1. */
import { describe, expect, it } from 'vitest';
import { parsePyYaml } from './pyyaml.ts';

describe('YAML as PyYAML reads it', () => {
  it.each([
    ['yes', true],
    ['No', false],
    ['ON', true],
    ['off', false],
    ['y', 'y'],
    ['1e-5', '1e-5'],
    ['1.0e5', '1.0e5'],
    ['1.0e-5', 1e-5],
    ['.5', 0.5],
    ['1.', 1],
    ['-.inf', -Infinity],
    ['1_000', 1000],
    ['017', 15],
    ['0o17', '0o17'],
    ['0x1F', 31],
    ['0b101', 5],
    ['1:30', 90],
    ['08', '08'],
    ['~', null],
    ['', null],
    ['"no"', 'no'],
    ["'1'", '1'],
    ['+3', 3],
  ])('%s', (text, value) => expect(parsePyYaml(`key: ${text}\n`, 'a.yaml')).toEqual({ key: value }));

  it('takes the last of a key that is there twice, and merge keys', () => {
    expect(parsePyYaml('a: 1\na: 2\n', 'a.yaml')).toEqual({ a: 2 });
    expect(parsePyYaml('x: &x { a: 1 }\ny: { <<: *x, b: 2 }\n', 'a.yaml')).toEqual({
      x: { a: 1 },
      y: { a: 1, b: 2 },
    });
  });

  it('names the line of broken YAML', () =>
    expect(() => parsePyYaml('a: 1\nb: [1\n', 'a.yaml')).toThrow(/^a\.yaml, line \d: not valid YAML/));
});
