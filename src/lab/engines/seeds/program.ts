/** A program for one seed, computed for several at once. */
import * as tf from '@tensorflow/tfjs-core';
import { withBackend } from '../backends.ts';
import type { Program, Specs, Tensors } from '../engine.ts';
import { SeedsBackend, type Result } from './backend.ts';
import { RULES, runKernel, spread, type Rule } from './rules.ts';

const backends = new Map<string, SeedsBackend>();
const nameOf = (beneath: string) => `${beneath}-seeds`;

/** Registers a kernel that follows its rule on the backend beneath. */
function registerRule(beneath: string, kernelName: string, rule: Rule<never>): void {
  tf.registerKernel({
    kernelName,
    backendName: nameOf(beneath),
    kernelFunc: ({ inputs, backend, attrs }) => {
      const seeds = backend as SeedsBackend;
      const entries = Object.entries(inputs).map(([name, info]) => [name, seeds.stacked(info!)] as const);
      const own = entries.some(([, { perSeed }]) => perSeed);
      const results = withBackend(beneath, () =>
        tf.tidy(() => {
          if (own) return rule(Object.fromEntries(entries), attrs as never, seeds.seeds) as Result;
          const plain = runKernel(
            kernelName,
            Object.fromEntries(entries.map(([name, { tensor }]) => [name, tensor])),
            attrs,
          );
          const shared = (tensor: tf.Tensor): Result => ({ tensor, perSeed: false });
          return (Array.isArray(plain) ? plain.map(shared) : shared(plain)) as Result;
        }),
      ) as Result | Result[];
      return Array.isArray(results) ? results.map((result) => seeds.add(result)) : seeds.add(results);
    },
  });
}

/** The backend over another one, with the kernels that the other one has; registered with tfjs on first use. */
function seedsBackend(beneath: string): SeedsBackend {
  const known = backends.get(beneath);
  if (known) return known;
  const backend = new SeedsBackend(beneath);
  tf.registerBackend(nameOf(beneath), () => backend, 0);
  for (const [name, rule] of Object.entries(RULES))
    if (tf.getKernel(name, beneath)) registerRule(beneath, name, rule);
  backends.set(beneath, backend);
  return backend;
}

function widened(specs: Specs, seeds: number): Specs {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, { ...spec, shape: [seeds, ...spec.shape] }]),
  );
}

function mapped(tensors: Tensors, change: (tensor: tf.Tensor) => tf.Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]));
}

/**
 * The same program for several seeds in one graph: every state entry, input and output has a leading axis over
 * the seeds. What it computes for a seed is what the program computes for it alone, within rounding.
 * @param seeds S
 */
export function seedsTogether(program: Program, seeds: number): Program {
  return {
    name: `${program.name}-seeds`,
    precision: program.precision,
    state: widened(program.state, seeds),
    inputs: widened(program.inputs, seeds),
    body(state, inputs) {
      const backend = seedsBackend(tf.getBackend());
      const stack = (tensor: tf.Tensor) =>
        tf
          .engine()
          .makeTensorFromTensorInfo(backend.add({ tensor: tf.clone(tensor), perSeed: true }), backend);
      // A copy, so that it outlives what stands for it among the seeds.
      const unstack = (tensor: tf.Tensor) => tf.clone(spread(backend.stacked(tensor), seeds));
      return tf.tidy(() => {
        const given = [mapped(state, stack), mapped(inputs, stack)] as const;
        const { outputs, next } = backend.during(seeds, () =>
          withBackend(nameOf(backend.beneath), () => program.body(...given)),
        );
        return { outputs: mapped(outputs, unstack), next: mapped(next, unstack) } as never;
      });
    },
  };
}
