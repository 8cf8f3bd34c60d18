import { describe, expect, it } from 'vitest';
import { memoryText } from '#shared/pretrained-models.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { tinyPretrained } from '#test/tiny-pretrained.ts';
import {
  checkMemory,
  checkMemoryToAsk,
  memoryOfRun,
  memoryToTrain,
  runsThatFit,
} from './pretrained-memory.ts';

const GIB = 2 ** 30;
/** Of batches that are split as they need. */
const PLAN = { activations: 1000 };
const limits = (free: number) => ({ free, limit: null });

describe('memory for a pre-trained model', () => {
  const config = resolveConfig({ pretrained: { model: tinyPretrained() } });

  it('is refused with both numbers where one run does not fit', () => {
    expect(() => checkMemory(config, PLAN, limits(GIB / 2))).toThrow(
      /^pretrained\.model: training it takes about 1\.1 GB and 537 MB are free; close/,
    );
    expect(() => checkMemory(config, PLAN, limits(2 * GIB))).not.toThrow();
    expect(() => checkMemoryToAsk(config, limits(GIB / 2))).toThrow(/asking it takes about 1\.1 GB/);
  });

  it('is told before a run, of what is trained: the optimiser counts, and what stays as it is', () => {
    const needed = (fields: object) =>
      memoryOfRun(resolveConfig({ pretrained: { model: tinyPretrained(), ...fields } }), PLAN, limits(GIB));
    expect(memoryText(memoryOfRun(config, PLAN, limits(GIB))!)).toBe(
      'training a run takes about 1.1 GB of memory, 1.1 GB are free here: too much',
    );
    expect(memoryText(memoryOfRun(config, PLAN, limits(4 * GIB))!)).toMatch(/4\.3 GB are free here$/);
    expect(needed({ lora: { rank: 2 } })!.needed).toBeLessThan(needed({})!.needed);
    expect(memoryOfRun(resolveConfig({}), PLAN, limits(GIB))).toBeNull();
  });

  it('counts what a step keeps where the config asks for larger parts than it need', () => {
    const asked = resolveConfig({ pretrained: { model: tinyPretrained(), micro_batch: 900 } });
    const large = { activations: 2 ** 30 };
    const needed = (activations: number) => memoryOfRun(asked, { activations }, limits(GIB))!.needed;
    expect(needed(2 ** 30)).toBeGreaterThan(memoryOfRun(asked, PLAN, limits(GIB))!.needed);
    expect(needed(2 ** 31) - needed(2 ** 30)).toBe(4 * 2 ** 30);
    expect(() => checkMemory(asked, large, limits(GIB))).toThrow(
      /about 4\.3 GB and 1\.1 GB are free; close other programs, take a smaller pretrained\.micro_batch than 900, or/,
    );
  });

  it('says how many runs fit; models from scratch always do', () => {
    const nothing = { memoryOf: () => null };
    const needed = memoryToTrain(nothing, 1, config);
    expect(runsThatFit([needed, needed], limits(3.5 * GIB))).toBe(3);
    expect(runsThatFit([needed], limits(1))).toBe(1);
    expect(runsThatFit([memoryToTrain(nothing, 1, resolveConfig({}))], limits(1))).toBe(Infinity);
    expect(() => checkMemory(resolveConfig({}), { activations: null }, limits(0))).not.toThrow();
  });
});
