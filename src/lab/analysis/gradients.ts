/** Gradient alignment and variance (method: gradient alignment and variance): one example at a time. */
import type { GradientPoint, GradientResult, ParamsOf } from '#shared/analysis.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import type { SubsetName } from '#shared/subsets.ts';
import type { CompiledProgram, Program } from '../engines/engine.ts';
import { parameterCount } from '../models/layout.ts';
import { parameterLayout } from '../models/registry.ts';
import { asEntries, heldBlocks, inBlocks } from '../engines/blocks/cut.ts';
import { flatten } from '../optimizers/optimizer.ts';
import { endToEnd } from '../steps/stack.ts';
import { lossAndGradients, weightSpecs, type Objective } from '../steps/training-program.ts';
import type { GradientSource } from '../tasks/inside.ts';
import { GradientSums, sizeOf, type Sized } from './gradient-sums.ts';
import { withWeights, type Given, type Kept } from './given.ts';

/** @throws UserError `gradients.none` where no definition has questions of its own */
export async function alignGradients({ most }: ParamsOf<'gradients'>, given: Given): Promise<GradientResult> {
  const { task, engine, checkpoints } = given;
  const source = task.inside().gradients();
  const groups = groupsOf(source, most, task.seed);
  if (groups.length === 0)
    throw new UserError(
      'gradients.none',
      'gradients: no definition has questions of its own (definitions given in context are no texts to learn); choose another experiment',
    );
  const program = await engine.compile(exampleProgram(source.objective));
  const points: GradientPoint[] = [];
  for (const kept of checkpoints) {
    const share = (of: number) => (points.length + of) / checkpoints.length;
    points.push(await atWeights(kept, { given, source, groups, program, share }));
  }
  program.dispose();
  return { kind: 'gradients', parameters: parameterCount(parameterLayout(task.model)), points };
}

/**
 * Inputs: those of the objective for one example. Output: `gradient` (N) with respect to all that is trained, in
 * blocks as the weights are.
 */
export function exampleProgram(objective: Objective): Program {
  return {
    name: 'example-gradient',
    state: weightSpecs(objective),
    inputs: objective.inputs,
    body(state, inputs) {
      const { gradients } = lossAndGradients(objective, state, inputs);
      const blocks = inBlocks(gradients, heldBlocks(state, 'parameters'));
      return { outputs: asEntries('gradient', blocks.map(flatten)), next: {} };
    },
  };
}

/** Definitions of one alias, and its questions; places in the source. */
interface Group {
  subset: SubsetName;
  definitions: number[];
  questions: number[];
}

/** Definitions of each subset, drawn by the seed, with all questions about their alias. */
function groupsOf({ examples }: GradientSource, most: number, seed: number): Group[] {
  const byAlias = new Map<string, Group>();
  examples.forEach(({ kind, subset, entity }, i) => {
    const key = `${subset} ${entity}`;
    const group = byAlias.get(key) ?? { subset, definitions: [], questions: [] };
    (kind === 'definition' ? group.definitions : group.questions).push(i);
    byAlias.set(key, group);
  });
  const paired = [...byAlias.values()].filter((g) => g.definitions.length > 0 && g.questions.length > 0);
  const subsets = [...new Set(paired.map(({ subset }) => subset))];
  return subsets.flatMap((subset) => {
    const own = paired.filter((group) => group.subset === subset);
    const definitions = own.flatMap((group) => group.definitions.map((example) => ({ group, example })));
    const drawn = randomStream(seed, 'gradients', subset).sample(definitions, most);
    return own.flatMap((group) => {
      const chosen = drawn.filter((each) => each.group === group).map(({ example }) => example);
      return chosen.length > 0 ? [{ ...group, definitions: chosen }] : [];
    });
  });
}

interface Work {
  given: Given;
  source: GradientSource;
  groups: readonly Group[];
  program: CompiledProgram;
  /** How much of everything is done, with so much of these weights. */
  share(of: number): number;
}

function atWeights(kept: Kept, { given, source, groups, program, share }: Work): Promise<GradientPoint> {
  return withWeights(given, kept.read(), async (state) => {
    const sums = new GradientSums();
    const gradientOf = async (example: number): Promise<Sized> => {
      const blocks = await program.run(state, source.inputs(example));
      return sizeOf(endToEnd(Object.values(blocks)) as Float32Array);
    };
    for (const [i, { subset, definitions, questions }] of groups.entries()) {
      const defined: Sized[] = [];
      for (const example of definitions) defined.push(sums.add(await gradientOf(example)));
      for (const example of questions) {
        const asked = sums.add(await gradientOf(example));
        for (const definition of defined) sums.pair(subset, definition, asked);
      }
      sums.defined(subset, definitions.length);
      await given.told(share((i + 1) / groups.length));
    }
    return { at: kept.at, ...sums.result() };
  });
}
