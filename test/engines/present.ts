/** The engines that a machine has, each made once for a test file. */
import type { Engine, Program } from '#lab/engines/engine.ts';
import { createEngine, describeEngine } from '#lab/engines/index.ts';
import { ENGINE_IDS, type EngineId } from '#shared/engines.ts';

/** Kept, and compiled: a GPU forgets its compiled shaders when its last program goes. */
const kept: unknown[] = [];
const NOTHING: Program = {
  name: 'nothing',
  state: {},
  inputs: { x: { shape: [], dtype: 'float32' } },
  body: (_state, { x }) => ({ outputs: { x }, next: {} }),
};

/** The engines of these that work here, but `reference`; WebGPU on a software device too (test/software-gpu.ts). */
export async function presentEngines(wanted: readonly EngineId[] = ENGINE_IDS): Promise<Engine[]> {
  const vulkan = process.env['CREDENCE_TEST_VULKAN'];
  if (vulkan) process.env['VK_ICD_FILENAMES'] = vulkan;
  const engines: Engine[] = [];
  for (const id of wanted) {
    if (id === 'reference') continue;
    const { available } = await describeEngine(id);
    if (!available) continue;
    const engine = await createEngine(id);
    kept.push(await engine.compile(NOTHING));
    engines.push(engine);
  }
  return engines;
}
