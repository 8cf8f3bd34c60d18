/** What fields of different parts of the config allow together. */
import type { z } from 'zod';
import type { definitionsSchema } from './definitions.ts';
import type { PretrainedConfig } from './models/pretrained.ts';
import { transformerSchema } from './models/transformer.ts';
import { MIXED_ENGINES, type EngineId, type Precision } from '../engines.ts';
import type { TrainingParts } from './training.ts';
import { stageBeforeStage2 } from '../stages.ts';

/** What every task has. */
interface Parts {
  training: TrainingParts;
  subsets: { seed_stage2: number | null };
  seeds_stage2: number[] | null;
  engine: EngineId | 'auto';
  precision: Precision;
}

/** A field, and what it would have to be. */
type Problem = [path: string[], expected: string];

/** Adds an issue for each combination that cannot work, at the field that is easiest to mend. */
export function checkTogether(config: Parts, context: z.RefinementCtx): void {
  report([...stage2Problems(config), ...precisionProblems(config)], context);
}

/** {@link checkTogether} with what the language task has beside. */
export function checkLanguage(config: Parts & LanguageParts, context: z.RefinementCtx): void {
  report([...definitionProblems(config), ...pretrainedProblems(config)], context);
  checkTogether(config, context);
}

function report(problems: readonly Problem[], context: z.RefinementCtx): void {
  for (const [path, message] of problems) context.addIssue({ code: 'custom', path, message });
}

interface LanguageParts {
  training: { loss: 'all' | 'targets' };
  definitions: z.output<typeof definitionsSchema>;
  model: z.output<typeof transformerSchema>;
  pretrained: PretrainedConfig | null;
}

function definitionProblems({ definitions, training }: Parts & LanguageParts): Problem[] {
  if (!definitions.in_context || training.pipeline === 'single-stage') return [];
  return [
    [
      ['definitions', 'in_context'],
      `false in the ${training.pipeline} pipeline, whose later stages train on definitions alone; set training.pipeline to single-stage`,
    ],
  ];
}

/** What a pre-trained model decides by itself; a field that is set beside it would be ignored. */
function pretrainedProblems({ model, pretrained, training }: LanguageParts): Problem[] {
  if (pretrained === null) return [];
  const plain: Record<string, unknown> = transformerSchema.parse({});
  const set = Object.entries(model).filter(([field, value]) => value !== plain[field]);
  const problems = set.map(([field]): Problem => [
    ['model', field],
    'left out where pretrained is set: the folder says what the model is',
  ]);
  if (pretrained.mask_padding || training.loss === 'all') return problems;
  const expected = `true where training.loss is "${training.loss}": padding is no target`;
  return [...problems, [['pretrained', 'mask_padding'], expected]];
}

function precisionProblems({ engine, precision }: Parts): Problem[] {
  if (precision === 'float32' || engine === 'auto' || MIXED_ENGINES.includes(engine)) return [];
  const expected = `"float32" where engine is "${engine}", which computes in float32 only; mixed works on ${MIXED_ENGINES.join(', ')}`;
  return [[['precision'], expected]];
}

function stage2Problems({ training, subsets, seeds_stage2 }: Parts): Problem[] {
  const { pipeline, stage2_from } = training;
  const before = stageBeforeStage2(pipeline);
  const problems: Problem[] = [];
  if (seeds_stage2 && pipeline === 'single-stage')
    problems.push([['seeds_stage2'], 'null in the single-stage pipeline, which has no stage 2']);
  if (seeds_stage2 && subsets.seed_stage2 !== null)
    problems.push([['subsets', 'seed_stage2'], 'null where seeds_stage2 lists the stage-2 seeds']);
  if (stage2_from === 'each' && pipeline === 'single-stage')
    problems.push([['training', 'stage2_from'], '"end" in the single-stage pipeline, which has no stage 2']);
  else if (stage2_from === 'each' && training[before]?.save_every === 0)
    problems.push([
      ['training', before, 'save_every'],
      '1 or more where training.stage2_from is "each": the epochs between the weights that stage 2 starts from',
    ]);
  return problems;
}
