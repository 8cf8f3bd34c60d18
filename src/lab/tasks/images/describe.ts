/** What the pictures of a run hold, in numbers and samples, before anything is trained. */
import type {
  DocumentGroup,
  EntityTable,
  PictureSample,
  StageDescription,
  TaskDescription,
  TestGroup,
} from '#shared/corpus.ts';
import { testPicture } from './batches.ts';
import type { ImageData, ImageStage, Scene } from './data.ts';
import { answerOf, imageSamples, letterOf, rowsOf, type ImageSample } from './samples.ts';

/** Counts examples and tests per stage and subset, with the first `samples` of each and the first `rows` aliases. */
export function describeImages(data: ImageData, samples: number, rows: number): TaskDescription {
  const { assignment, letters } = data;
  return {
    vocabulary: letters,
    stages: data.stages.map((stage) => describeStage(data, stage, samples)),
    tests: describeTests(data, samples),
    entities: assignment.aliases.length,
    attributes: [],
    table: tableOf(data, rows),
    tags: assignment.tags,
  };
}

function describeStage(data: ImageData, stage: ImageStage, samples: number): StageDescription {
  const drawn = imageSamples(data, stage, samples);
  const groups = new Map<string, DocumentGroup>();
  for (const { kind, subset } of stage.examples) {
    const key = `${kind} ${subset}`;
    const group = groups.get(key) ?? { kind, subset, documents: 0, tokens: null, samples: [] };
    group.documents++;
    groups.set(key, group);
  }
  for (const sample of drawn) groups.get(`${sample.kind} ${sample.subset}`)!.samples.push(shown(sample));
  const list = [...groups.values()];
  return { id: stage.id, documents: stage.examples.length, tokens: null, longest: null, groups: list };
}

/** A sample as it is sent to be drawn. */
export function shown(sample: ImageSample): PictureSample {
  const { pixels, width, height, tag, marked, answer, caption } = sample;
  return { picture: pictureOf(pixels, width, height), tag, marked, answer, caption };
}

function pictureOf(pixels: Uint8Array, width: number, height: number) {
  return { base64: Buffer.from(pixels).toString('base64'), width, height };
}

function describeTests(data: ImageData, samples: number): TestGroup[] {
  const groups = new Map<string, TestGroup>();
  data.tests.forEach((test, i) => {
    const key = `${test.test} ${test.subset}`;
    const group = groups.get(key) ?? {
      ...{ test: test.test, subset: test.subset, questions: 0, tokens: null, samples: [] },
    };
    group.questions += data.testImages;
    if (group.samples.length < samples) group.samples.push(testSample(data, i, test));
    groups.set(key, group);
  });
  return [...groups.values()];
}

function testSample(data: ImageData, test: number, scene: Scene): TestGroup['samples'][number] {
  const { grid, width, height } = data.shape;
  const { cell } = scene;
  const marked = cell === null ? null : { row: Math.floor(cell / grid), column: cell % grid };
  const digits = rowsOf(data.assignment.aliases[scene.alias].digits, grid, String);
  const answer = answerOf(scene, grid);
  const asked = marked ? `row ${marked.row + 1}, column ${marked.column + 1} marked` : 'nothing marked';
  const picture = pictureOf(testPicture(data, test, 0), width, height);
  return { picture, tag: null, marked, answer, caption: `Digits ${digits}, ${asked}: ${answer}` };
}

function tableOf({ assignment, shape }: ImageData, rows: number): EntityTable {
  return {
    columns: [{ name: 'letters', question: null }],
    rows: assignment.aliases.slice(0, rows).map(({ digits, letters }) => ({
      entity: rowsOf(digits, shape.grid, String),
      cells: [rowsOf(letters, shape.grid, letterOf)],
    })),
  };
}
