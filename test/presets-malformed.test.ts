/** Presets changed so that they cannot work: one line that names the field, the value and the remedy. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig, loadSweep } from '#main/experiments/config-file.ts';
import { checkExperiment } from '#main/experiments/experiment.ts';
import { temporaryFolder } from './credence.ts';

// The published files are not there: the data folder is empty.
beforeAll(() => void vi.stubEnv('CREDENCE_HOME', temporaryFolder()));
afterAll(() => void vi.unstubAllEnvs());

/** A preset, what is changed in it as by `--set`, and what the error must say. */
const CASES: [preset: string, set: string[], says: RegExp][] = [
  [
    'cvdb',
    [],
    /^dataset\.path: .*does not exist; download cross-verified-database\.csv\.gz from https:.*put it there/,
  ],
  ['sources-cvdb', [], /^dataset\.path: .*does not exist; download/],
  ['three-stage-trex', [], /^dataset\.path: .*does not exist; download the JSON files from https:/],
  ['cvdb', ['dataset.n_entities=1'], /^dataset\.n_entities: 1 .*2/],
  [
    'sources',
    ['definitions.per_alias=11'],
    /^definitions\.per_alias: 11 is more than the 10 different wordings of .*lower it, or add/,
  ],
  [
    'is-isnt',
    ['definitions.per_alias=51'],
    /^definitions\.per_alias: 51 is more than the 50 different wordings/,
  ],
  [
    'is-isnt',
    ['definitions.negated_templates=["{alias} is not"]'],
    /^definitions\.negated_templates\.0: .*\{entity\}, which is missing; add it/,
  ],
  ['is-isnt', ['definitions.style=isnt'], /^definitions\.style: "isnt" .*"is-isnt"/],
  [
    'sources',
    ['definitions.sources.fresh=["a rumour", "a rumour"]'],
    /^definitions\.sources\.fresh: .*is there twice, drop one/,
  ],
  [
    'sources',
    ['definitions.sources.unreliable=["the census office"]'],
    /^definitions\.sources\.unreliable: .*is in sources\.reliable too; drop one/,
  ],
  [
    'sources',
    ['definitions.sources.reliable=["weaver"]'],
    /^definitions\.sources: "weaver" is the name of an entity or an answer; name another/,
  ],
  [
    'several-definitions',
    ['definitions.style=tags'],
    /^definitions\.per_alias: 4 is more than the 1 different wording of /,
  ],
  [
    'in-context',
    ['training.pipeline=two-stage'],
    /^definitions\.in_context: .*set training\.pipeline to single-stage/,
  ],
  [
    'in-context',
    ['training.pipeline=three-stage'],
    /^definitions\.in_context: .*set training\.pipeline to single-stage/,
  ],
  ['single-stage', ['seeds_stage2=3'], /^seeds_stage2: .*single-stage pipeline, which has no stage 2/],
  [
    'single-stage',
    ['training.stage2_from=each'],
    /^training\.stage2_from: .*single-stage pipeline, which has no stage 2/,
  ],
  ['each-checkpoint', ['training.stage1.save_every=0'], /^training\.stage1\.save_every: 0 .*1 or more/],
  ['stage2-seeds', ['subsets.seed_stage2=1'], /^subsets\.seed_stage2: 1 .*where seeds_stage2 lists/],
  ['stage2-seeds', ['seeds_stage2=[3, 3]'], /^seeds_stage2: .*3/],
  [
    'three-stage',
    ['training.stage2.fact_share=0.5'],
    /^training\.stage2\.fact_share: 0\.5 has no effect.*set it to 0/,
  ],
  [
    'random-tags',
    ['subsets.fractions.qd4consis=0.2'],
    /^subsets\.fractions: they sum to 1\.1, not 1 .*take 0\.1 away/,
  ],
  [
    'random-tags',
    ['dataset.n_entities=10'],
    /^subsets\.fractions\.\w+: gets \d of 10 entities and needs at least \d; raise its fraction/,
  ],
  [
    'set-inclusion',
    ['dataset.intersection=9'],
    /^dataset\.intersection: 9 numbers do not fit in a question of 8; lower it/,
  ],
  [
    'set-inclusion',
    ['dataset.max_integer=5'],
    /^dataset\.numbers_per_question: 8 numbers .* cannot be had from 0 to 5; lower it, or raise/,
  ],
  ['set-inclusion-letters', ['dataset.label_flip=2'], /^dataset\.label_flip: 2 /],
  [
    'set-inclusion-small',
    ['definitions.style=sources'],
    /^definitions\.style: definitions of variables are equations with a tag; use the style tags/,
  ],
  [
    'set-inclusion-small',
    ['definitions.in_context=true', 'training.pipeline=single-stage'],
    /^definitions\.in_context: definitions of variables are equations/,
  ],
  ['set-inclusion-fresh-tag', ['tags.order=vte'], /^tags\.order: "vte" cannot be had here.*set it to tve/],
  [
    'modular',
    ['dataset.train_moduli=10'],
    /^dataset\.train_moduli: 10 of 10 moduli leaves none to test; lower it/,
  ],
  ['modular', ['dataset.moduli=[2, 3, 2, 5, 7]'], /^dataset\.moduli: .*names one twice; remove it/],
  [
    'modular',
    ['dataset.n_variables=10000'],
    /^dataset\.n_variables: 10000 variables cannot each have a number from 1 to 9999; use fewer/,
  ],
  [
    'modular',
    ['dataset.n_variables=100', 'dataset.max_integer=200'],
    /^dataset\.train_moduli: 4 remainders .* can tell a number below 200; lower it, or raise/,
  ],
  ['modular', ['tags.alias_letters=2'], /^tags\.alias_letters: 2 /],
];

describe('a preset that cannot work is refused in one line', () => {
  it.each(CASES)('%s %j', async (preset, set, says) => {
    const message = await Promise.resolve()
      .then(() => checkExperiment(loadConfig(preset, { set })))
      .then(
        () => 'it was accepted',
        (error: Error) => error.message,
      );
    expect(message).toMatch(says);
    expect(message).not.toContain('\n');
  });

  it.each<[string, string[], RegExp]>([
    [
      'sweep-correlation',
      [
        'subsets.fractions={qd1consis: 0, qd2incons: 0, q: 1, q_no_replacement_baseline: 0, d1consis: 0, d2consis: 0, d3consis: 0, no_qd_baseline: 0}',
      ],
      /tags\.correlation: 0\.5 has nothing to share out/,
    ],
    ['sweep-entities', ['subsets.fractions.d1consis=0.9'], /subsets\.fractions: they sum to/],
    ['sweep-order', ['definitions.style=words'], /definitions\.style: "words"/],
  ])('of a sweep: %s', async (preset, set, says) => {
    const message = await Promise.resolve()
      .then(async () => {
        for (const { config } of loadSweep(preset, { set }).cells) await checkExperiment(config);
        return 'it was accepted';
      })
      .catch((error: Error) => error.message);
    expect(message).toMatch(says);
    expect(message).not.toContain('\n');
  });
});
