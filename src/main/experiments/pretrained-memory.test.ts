import { describe, expect, it } from 'vitest';
import { memoryText } from '#shared/pretrained-models.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { tinyPretrained } from '#test/tiny-pretrained.ts';
import { checkMemory, memoryOfRun, runsThatFit } from './pretrained-memory.ts';

const GIB = 2 ** 30;
const limits = (free: number) => ({ free, limit: null });

describe('memory for a pre-trained model', () => {
  const config = resolveConfig({ pretrained: { model: tinyPretrained() } });

  it('is refused with both numbers where one run does not fit', () => {
    expect(() => checkMemory(config, limits(GIB / 2))).toThrow(
      /^pretrained\.model: training it takes about 1\.1 GB and 537 MB are free; close/,
    );
    expect(() => checkMemory(config, limits(2 * GIB))).not.toThrow();
    expect(() => checkMemory(config, limits(GIB / 2), 'answer')).toThrow(/asking it takes about 1\.1 GB/);
  });

  it('is told before a run, of what is trained: the optimiser counts, and what stays as it is', () => {
    const needed = (fields: object) =>
      memoryOfRun(resolveConfig({ pretrained: { model: tinyPretrained(), ...fields } }), limits(GIB));
    expect(memoryText(memoryOfRun(config, limits(GIB))!)).toBe(
      'training a run takes about 1.1 GB of memory, 1.1 GB are free here: too much',
    );
    expect(memoryText(memoryOfRun(config, limits(4 * GIB))!)).toMatch(/4\.3 GB are free here$/);
    expect(needed({ lora: { rank: 2 } })!.needed).toBeLessThan(needed({})!.needed);
    expect(memoryOfRun(resolveConfig({}), limits(GIB))).toBeNull();
  });

  it('says how many runs fit; models from scratch always do', () => {
    expect(runsThatFit([config, config], limits(3.5 * GIB))).toBe(3);
    expect(runsThatFit([config], limits(1))).toBe(1);
    expect(runsThatFit([resolveConfig({})], limits(1))).toBe(Infinity);
    expect(() => checkMemory(resolveConfig({}), limits(0))).not.toThrow();
  });
});
