/**
 * Where the time of our training steps goes, as bench/peers/step_profile.py says it of PyTorch's:
 *
 *     node bench/step-profile.ts SHAPE STEPS THREADS
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OnnxEngine } from '#lab/engines/onnx/engine.ts';
import { operatorsIn } from './operators.ts';
import { peakOf } from './peak.ts';
import { SHAPES } from './shapes.ts';
import { stepsOn } from './stepper.ts';
import type { Work } from './work.ts';

/** By the clock without a profile, then by operator with one. */
async function profile(work: Work, steps: number, threads: number) {
  const folder = mkdtempSync(path.join(tmpdir(), 'credence-profile-'));
  try {
    const ms = await clocked(new OnnxEngine({ threads }), work, steps);
    await clocked(new OnnxEngine({ threads, profile: path.join(folder, 'step') }), work, steps);
    const found = await operatorsIn(folder, steps + work.batches.length);
    return { ms, ...found, peak: await peakOf(threads) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds a step, once each batch was trained on, so that nothing is compiled while the clock runs. */
async function clocked(engine: OnnxEngine, work: Work, steps: number): Promise<number> {
  const { step, dispose } = stepsOn(engine, work);
  for (let i = 0; i < work.batches.length; i++) await step();
  const start = performance.now();
  for (let i = 0; i < steps; i++) await step();
  const ms = (performance.now() - start) / steps;
  dispose();
  return ms;
}

const [name, steps, threads] = process.argv.slice(2);
const shape = SHAPES.find((each) => each.name === name);
if (!shape) throw new Error(`no shape ${name}`);
console.log(JSON.stringify(await profile(await shape.work(), Number(steps), Number(threads))));
