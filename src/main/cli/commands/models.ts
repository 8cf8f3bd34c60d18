/** `credence models`: the pre-trained models of this machine; `models get` fetches one from the Hub. */
import { countText, plural, sizeText } from '#shared/counting.ts';
import { UserError } from '#shared/errors.ts';
import type { ListedModel, LocalModel, MachineModels, ModelFacts } from '#shared/pretrained-models.ts';
import type { FetchPlan } from '../../network/fetch-model.ts';
import { machineModels } from '../../models/machine-models.ts';
import { saveModel } from '../../models/save-model.ts';
import { onStop, stopCause } from '../../stopping.ts';
import { canAsk, confirm } from '../ask.ts';
import { EXIT } from '../exit.ts';
import { createFetchView } from '../fetch-view.ts';
import { bold, dim, note, print, printJson, table } from '../output.ts';

interface ModelsOptions {
  dir?: string[];
  json?: boolean;
}

interface GetOptions {
  yes?: boolean;
  json?: boolean;
}

/** Lists what the Hub cache and the folders of `--dir` hold. */
export function modelsCommand({ dir = [], json }: ModelsOptions): void {
  const found = machineModels(dir);
  if (json)
    return printJson({
      ...found,
      models: found.models.map(({ facts, ...model }) => ({ ...model, ...facts })),
    });
  if (found.models.length === 0) return printNone([...dir, found.cache]);
  printModels(found);
}

function printNone(places: readonly string[]): void {
  print(`No pre-trained model on this machine. Looked in ${places.join(' and ')}.`);
  print(
    'Fetch one with "credence models get EleutherAI/pythia-70m-deduped", or show a folder of yours with --dir.',
  );
}

const HEAD = [
  'model',
  'architecture',
  'parameters',
  'on disk',
  'type',
  'vocabulary',
  'trains here',
  'to train',
  'to answer',
  '',
];
const NUMBERS = [2, 3, 5];

type Sound = ListedModel & { facts: ModelFacts };

function printModels({ models, memory }: MachineModels): void {
  const sound = models.filter((model): model is Sound => model.facts !== null);
  if (sound.length > 0) print(table(HEAD, sound.map(cellsOf), NUMBERS));
  for (const { name, revision, problem } of models)
    if (problem !== null) print(`${bold(nameText({ name, revision }))} does not open: ${problem}`);
  const { free, limit } = memory;
  const limited = limit === null ? '' : `, of ${sizeText(limit)} that this container may use`;
  print(
    dim(
      `\nMemory free here: ${sizeText(free)}${limited}. To train: Adafactor in float32, one text of 48 tokens at a time.`,
    ),
  );
}

function nameText({ name, revision }: Pick<LocalModel, 'name' | 'revision'>): string {
  return revision === null ? name : `${name}@${revision.slice(0, 7)}`;
}

function cellsOf({ facts, fits, ...found }: Sound): string[] {
  const { architecture, parameters, bytes, dtypes, vocabulary, supported, tokenizer, memory } = facts;
  const need = (size: number, fit = false) => `${sizeText(size)}, ${fit ? 'fits' : 'too much'}`;
  return [
    nameText(found),
    architecture,
    countText(parameters),
    sizeText(bytes),
    dtypes.join(', '),
    vocabulary === null ? '' : countText(vocabulary),
    supported ? 'yes' : 'no',
    need(memory.training, fits?.training),
    need(memory.evaluation, fits?.evaluation),
    tokenizer ? '' : 'no tokenizer.json',
  ];
}

/** @returns the exit code */
export async function getModelCommand(text: string, options: GetOptions): Promise<number> {
  const [{ openPlan }, { fetchModel }] = await Promise.all([
    import('../../network/hub-models.ts'),
    import('../../network/fetch-model.ts'),
  ]);
  const { client, plan } = await openPlan(text);
  tellPlan(plan, client.host);
  if (!(await isWanted(plan, text, options))) {
    note('nothing was fetched');
    return EXIT.failed;
  }
  const stop = new AbortController();
  onStop(() => stop.abort());
  const view = createFetchView(plan.model.name);
  try {
    const path = await fetchModel(client, plan, { progress: view.progress, signal: stop.signal });
    view.close();
    tellFetched(plan, path, options);
    return EXIT.ok;
  } catch (error) {
    view.close();
    const cause = stopCause();
    if (cause === null) throw error;
    note(
      `credence: stopped (${cause.name}); what was fetched stays, and the same command goes on from there`,
    );
    return cause.code;
  }
}

function tellPlan({ model, repository, files, bytes, missing }: FetchPlan, host: string): void {
  note(`${bold(model.name)} at commit ${model.revision} from ${host}, into ${repository}:`);
  note(
    table(
      ['file', 'size'],
      files.map((file) => [file.path, sizeText(file.size)]),
      [1],
    ),
  );
  const here = missing === bytes ? '' : `; ${sizeText(bytes - missing)} are here already`;
  note(`${plural(files.length, 'file')}, ${sizeText(missing)} to fetch${here}`);
}

async function isWanted({ missing }: FetchPlan, text: string, { yes }: GetOptions): Promise<boolean> {
  if (yes || missing === 0) return true;
  if (canAsk()) return confirm(`Fetch ${sizeText(missing)}?`);
  throw new UserError('hub.ask', `nobody can be asked here whether to fetch ${text}; say so with --yes`);
}

function tellFetched({ model, bytes }: FetchPlan, path: string, { json }: GetOptions): void {
  const { name, revision } = model;
  if (json) return printJson({ name, revision, path, bytes });
  print(`${name} is in ${path}`);
}

/** Saves weights of a run as a model folder. @throws UserError as `saveModel` */
export function saveModelCommand(weights: string, folder: string, { json }: GetOptions): void {
  const saved = saveModel(weights, folder);
  if (json) printJson(saved);
  else print(`wrote ${saved.folder} (${sizeText(saved.bytes)})`);
}
