/** `credence zero-shot`: how many of the facts a pre-trained model knows before it is trained. */
import type { ExperimentConfig } from '#shared/config.ts';
import { countText, plural } from '#shared/counting.ts';
import { UserError } from '#shared/errors.ts';
import { knownEntities, mostAsked, shareText, type AskedFact, type KnownFacts } from '#shared/known-facts.ts';
import { visible } from '#shared/plain-text.ts';
import { loadConfig } from '../../experiments/config-file.ts';
import { datasetCache } from '../../experiments/data-files.ts';
import { findKnownFacts, withEntities } from '../../experiments/known-facts.ts';
import { configYaml } from '../../experiments/yaml-text.ts';
import { writeWhole } from '../../files.ts';
import { forkTrainer } from '../../runs/fork-link.ts';
import { onStop, stopCause } from '../../stopping.ts';
import { EXIT } from '../exit.ts';
import { bold, dim, note, print, printJson, table } from '../output.ts';
import { shareLine, statusLine } from '../status-line.ts';
import { parseSeed } from '../seed-option.ts';

interface ZeroShotOptions {
  model?: string;
  set?: string[];
  seed?: string;
  /** Facts that must be known of an entity for it to be kept. */
  keep?: string;
  out?: string;
  json?: boolean;
}

/** Asks, tells, and writes the config with the entities that are known. @returns the exit code */
export async function zeroShotCommand(source: string, options: ZeroShotOptions): Promise<number> {
  const config = loadConfig(source, options);
  const least = parseKeep(options);
  const seed = options.seed === undefined ? config.seeds[0] : parseSeed(options.seed, 'zero-shot.seed');
  const stop = new AbortController();
  onStop(() => stop.abort());
  const view = statusLine();
  try {
    const facts = await findKnownFacts(config, {
      ...{ seed, cache: datasetCache(), launch: forkTrainer, signal: stop.signal },
      progress: (share) => view.show((seconds) => shareLine('asking', share, seconds)),
    });
    const kept = least === null ? null : knownEntities(facts, least);
    view.clear();
    if (options.json) printJson({ ...facts, kept });
    else tell(facts);
    if (kept && options.out !== undefined) save(options.out, config, kept, least ?? 0);
    return EXIT.ok;
  } catch (error) {
    const stopped = stopCause();
    if (stopped === null) throw error;
    note(`credence: stopped (${stopped.name}); nothing was written`);
    return stopped.code;
  } finally {
    view.clear();
  }
}

function parseKeep({ keep, out }: ZeroShotOptions): number | null {
  if (keep === undefined && out === undefined) return null;
  if (keep === undefined || out === undefined)
    throw new UserError(
      'zero-shot.keep',
      '--keep and --out belong together: --keep 3 --out known.yaml writes the config with the entities of which 3 facts or more are known',
    );
  if (/^[1-9]\d{0,3}$/.test(keep)) return Number(keep);
  throw new UserError('zero-shot.keep', `--keep: "${keep}" is not a whole number from 1 to 9999`);
}

function save(file: string, config: ExperimentConfig, kept: string[], least: number): void {
  if (kept.length < 2)
    throw new UserError(
      'zero-shot.few',
      `--keep: of ${kept.length === 1 ? 'one entity alone' : 'no entity'} ${plural(least, 'fact')} or more are known; lower it, or take a model that knows more`,
    );
  writeWhole(file, configYaml(withEntities(config, kept)));
  note(
    `wrote ${file}: ${plural(kept.length, 'entity', 'entities')} of which ${plural(least, 'fact')} or more are known`,
  );
}

function tell(facts: KnownFacts): void {
  const { asked, known, attributes, entities, examples, seed } = facts;
  print(
    `${bold(`${countText(known)} of ${plural(asked, 'fact')}`)} about ${plural(entities.length, 'entity', 'entities')} (seed ${seed}) are known: ${shareText(known, asked)}`,
  );
  const rows = attributes.map((each) => [
    visible(each.name),
    `${each.known} of ${each.asked}`,
    shareText(each.known, each.asked),
  ]);
  print(table(['attribute', 'known', 'share, 95 % interval'], rows, [1]));
  for (const right of [true, false]) tellExamples(right, examples);
  print();
  const counts = Array.from({ length: mostAsked(facts) }, (_, i) => [
    `${i + 1} or more`,
    countText(knownEntities(facts, i + 1).length),
  ]);
  print(table(['facts known', 'entities'], counts, [1]));
  print(dim('--keep 3 --out known.yaml writes the experiment with those of 3 or more.'));
}

function tellExamples(right: boolean, examples: readonly AskedFact[]): void {
  for (const { prompt, golds, given } of examples.filter((example) => example.right === right)) {
    const accepted = right ? '' : dim(`, not ${visible(golds.join(' or '))}`);
    print(
      `${right ? 'right' : 'wrong'}: ${visible(prompt.replaceAll('\n', ' '))} → ${visible(given)}${accepted}`,
    );
  }
}
