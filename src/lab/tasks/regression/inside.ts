/** What can be looked at inside the network of the toy regression: it has no residual stream and no texts. */
import type { OptimizerConfig } from '#shared/config.ts';
import type { MlpSpec } from '../../models/mlp.ts';
import type { Inside } from '../inside.ts';
import { networkGradients } from '../network-inside.ts';
import { pointBatch } from './batches.ts';
import type { EncodedPoints, Point, ToyData } from './data.ts';
import { toyStep } from './step.ts';

/** A point, and where it lies among those that it was encoded with. */
interface Placed {
  point: Point;
  encoded: EncodedPoints;
  at: number;
}

export function toyInside(data: ToyData, model: MlpSpec, optimizer: OptimizerConfig): Inside {
  return {
    gradients() {
      const placed = pointsOf(data);
      const examples = placed.map(({ point: { kind, subset, x } }) => ({
        kind: kind === 'definition' ? ('definition' as const) : ('question' as const),
        subset,
        entity: clusterAt(data, x),
      }));
      return networkGradients(toyStep(model, 1, 'float32'), optimizer, examples, (i) => ({
        ...pointBatch(data, placed[i].encoded, placed[i].at),
      }));
    },
  };
}

/** Those that are trained on, and the circles of clusters that are only defined. */
function pointsOf({ stages, tests, encodedTests }: ToyData): Placed[] {
  const trained = stages.flatMap(({ examples, encoded }) =>
    examples.map((point, at): Placed => ({ point, encoded, at })),
  );
  const asked = new Set(trained.filter(({ point }) => point.kind === 'qa').map(({ point }) => point.subset));
  const others = tests.map((point, at): Placed => ({ point, encoded: encodedTests, at }));
  return [...trained, ...others.filter(({ point }) => !asked.has(point.subset))];
}

/** The nearest one. */
function clusterAt({ clusters }: ToyData, x: number): number {
  const away = clusters.map(({ centre }) => Math.abs(centre - x));
  return away.indexOf(Math.min(...away));
}
