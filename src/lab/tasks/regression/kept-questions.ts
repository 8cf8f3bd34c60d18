/** The test points as they are kept beside the answers to them. */
import type { KeptQuestion, Thing } from '#shared/answers.ts';
import { SUBSETS } from '#shared/subsets.ts';
import type { Cluster, ToyData } from './data.ts';
import { valueOf } from './features.ts';

/** Digits of a value in words. */
const DIGITS = 4;

/** The tests in their order; each asks for one output. */
export function* keptPoints(data: ToyData): Generator<KeptQuestion> {
  const things = data.clusters.map(thingOf);
  const { max_x } = data.config;
  for (const point of data.tests) {
    // Clusters are evenly spaced over x, and none reaches into the next.
    const at = Math.floor((point.x * data.clusters.length) / max_x);
    const thing = things[Math.min(at, things.length - 1)];
    const dim = point.dim!;
    const from = SUBSETS[point.subset].consistent ? 1 : 2;
    const value = valueOf(data, point, dim);
    yield {
      test: 'questions',
      subset: point.subset,
      thing,
      entity: thing.entity,
      attribute: `output ${dim + 1}`,
      wording: `circle at x = ${point.x}, output ${dim + 1}`,
      golds: [value.toPrecision(DIGITS)],
      said: [valueOf(data, { ...point, from }, dim).toPrecision(DIGITS)],
      tokens: null,
      value,
    };
  }
}

function thingOf({ centre, subset }: Cluster): Thing {
  const { tag, consistent } = SUBSETS[subset];
  return {
    alias: null,
    entity: `cluster at x = ${centre}`,
    subset,
    tag: tag === 'reliable' ? 'triangle' : 'square',
    defines: consistent ? 'the true function' : 'another function',
  };
}
