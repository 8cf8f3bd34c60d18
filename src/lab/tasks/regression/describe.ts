/** What the points of a run hold, in numbers and samples, before anything is trained. */
import { decimals } from '#shared/decimals.ts';
import type {
  DocumentGroup,
  DrawnPoint,
  EntityTable,
  OutputPicture,
  PointsPicture,
  TaskDescription,
  TestGroup,
} from '#shared/corpus.ts';
import type { Point, ToyData } from './data.ts';
import { valueOf } from './features.ts';
import { toyPicture } from './picture.ts';

/** Outputs that are drawn. */
const DRAWN = 10;
/** Places along x and along y that can be told apart in a picture. */
const PLACES = 500;

interface Described {
  /** Points of each subset. */
  samples: number;
  /** Clusters. */
  rows: number;
  /** What a run answered to each test. */
  answers?: ArrayLike<number>;
}

/** Counts points per subset, with the first `samples` of each and the first `rows` clusters. */
export function describeToy(
  data: ToyData,
  { samples, rows, answers }: Described,
): Omit<TaskDescription, 'tags'> {
  return {
    vocabulary: null,
    stages: data.stages.map(({ id, examples }) => ({
      id,
      documents: examples.length,
      tokens: null,
      longest: null,
      groups: groupsOf(data, examples, samples),
    })),
    tests: testsOf(data, samples),
    entities: data.clusters.length,
    attributes: [],
    table: tableOf(data, rows),
    picture: pictureOf(data, answers),
  };
}

function pictureOf(data: ToyData, answers?: ArrayLike<number>): PointsPicture {
  const { outputs } = data.sizes;
  const drawn = Array.from({ length: Math.min(DRAWN, outputs) }, (_, dim) => outputOf(data, dim, answers));
  return { max_x: data.config.max_x, outputs, drawn };
}

function outputOf(data: ToyData, dim: number, answers?: ArrayLike<number>): OutputPicture {
  const { starts, y1, y2, training, tests } = toyPicture(data, dim);
  const told = (points: readonly DrawnPoint[]) => apart(points, data.config.max_x);
  const answered = tests.map(({ test, ...point }) => ({ ...point, y: answers?.[test] ?? NaN }));
  return {
    ...{ starts, y1, y2, training: told(training), tests: told(tests) },
    ...(answers && { answers: told(answered.filter(({ y }) => Number.isFinite(y))) }),
  };
}

/** Without points that stand where another of their kind does. */
function apart(points: readonly DrawnPoint[], maxX: number): DrawnPoint[] {
  const places = new Map<string, DrawnPoint>();
  for (const { x, y, subset, shape } of points) {
    const place = [subset, shape, Math.round((x / maxX) * PLACES), Math.round(y * PLACES)].join(' ');
    if (!places.has(place)) places.set(place, { x, y, subset, shape });
  }
  return [...places.values()];
}

function groupsOf(data: ToyData, points: readonly Point[], samples: number): DocumentGroup[] {
  const groups = Map.groupBy(points, ({ kind, subset }) => `${kind} ${subset}`);
  return [...groups.values()].map((group) => ({
    kind: group[0].kind,
    subset: group[0].subset,
    documents: group.length,
    tokens: null,
    samples: group.slice(0, samples).map((point) => ({ point: inWords(data, point) })),
  }));
}

function testsOf(data: ToyData, samples: number): TestGroup[] {
  const groups = Map.groupBy(data.tests, ({ subset }) => subset);
  return [...groups].map(([subset, points]) => ({
    test: 'questions',
    subset,
    questions: points.length,
    tokens: null,
    samples: points.slice(0, samples).map((point) => ({ point: inWords(data, point) })),
  }));
}

/** `circle at x = 31205, output 4 → 0.213`; a definition shows its first outputs. */
export function inWords(data: ToyData, point: Point): string {
  const shown = point.dim === null ? [0, 1, 2].filter((dim) => dim < data.sizes.outputs) : [point.dim];
  const values = shown.map((dim) => decimals(valueOf(data, point, dim), 3));
  const more = point.dim === null && data.sizes.outputs > shown.length ? ', …' : '';
  const of = point.dim === null ? 'all outputs' : `output ${point.dim + 1}`;
  return `${point.shape} at x = ${point.x}, ${of} → ${values.join(', ')}${more}`;
}

function tableOf({ clusters }: ToyData, rows: number): EntityTable {
  return {
    columns: [{ name: 'subset', question: null }],
    rows: clusters
      .slice(0, rows)
      .map(({ centre, subset }) => ({ entity: `cluster at x = ${centre}`, cells: [subset] })),
  };
}
