/** The test points as they are kept beside the answers to them. */
import type { Example, KeptQuestion, Thing } from '#shared/answers.ts';
import { SUBSETS } from '#shared/subsets.ts';
import type { Cluster, Point, ToyData } from './data.ts';
import { inWords } from './describe.ts';
import { valueOf } from './features.ts';

/** Digits of a value in words. */
const DIGITS = 4;

/** The tests in their order; each asks for one output. */
export function* keptPoints(data: ToyData): Generator<KeptQuestion> {
  const things = data.clusters.map(thingOf);
  for (const point of data.tests) {
    const thing = things[clusterOf(data, point)];
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

/** Clusters are evenly spaced over x, and none reaches into the next. */
function clusterOf({ clusters, config: { max_x } }: ToyData, { x }: Point): number {
  return Math.min(Math.floor((x * clusters.length) / max_x), clusters.length - 1);
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

/** The points of a cluster that are trained on. */
export function* pointsAbout(data: ToyData, thing: Thing): Generator<Example> {
  const cluster = data.clusters.findIndex((each) => thingOf(each).entity === thing.entity);
  for (const { id, examples } of data.stages)
    for (const point of examples)
      if (clusterOf(data, point) === cluster)
        yield { stage: id, kind: point.kind, subset: point.subset, shown: { point: inWords(data, point) } };
}
