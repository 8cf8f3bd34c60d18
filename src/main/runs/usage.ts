/** What training takes of the machine just now: memory and processor of each training process, and GPUs. */
import { totalmem } from 'node:os';
import pidusage from 'pidusage';
import type { GpuUsage, RunUsage, Usage } from '#shared/api/runs.ts';
import type { RunRecord } from '#shared/records.ts';
import { machineMemory } from '../machine-memory.ts';

/** @param runs that train here; what has ended meanwhile is left out */
export async function usageOf(runs: readonly RunRecord[]): Promise<Usage> {
  const { free, limit } = machineMemory();
  const [processes, gpus] = await Promise.all([processesOf(runs), runs.some(onGpu) ? gpusHere() : []]);
  return { memory: { free, total: limit ?? totalmem() }, runs: processes, gpus };
}

/** Whether a run computes on another device than the processor, as far as its names tell. */
function onGpu({ engine, device }: RunRecord): boolean {
  return /^onnx-/.test(engine ?? '') || /gpu|cuda|nvidia/i.test(device ?? '');
}

/** Seeds that train together share a process. */
async function processesOf(runs: readonly RunRecord[]): Promise<RunUsage[]> {
  const groups = Map.groupBy(
    runs.filter(({ worker_pid: pid }) => pid !== null),
    ({ worker_pid: pid }) => pid!,
  );
  const readings = [...groups].map(async ([pid, members]) => {
    try {
      const { memory, cpu } = await pidusage(pid);
      return [{ runs: members.map(({ id }) => id), memory, processor: cpu / 100 }];
    } catch {
      return [];
    }
  });
  return (await Promise.all(readings)).flat();
}

/** As `nvidia-smi` tells; loaded only where there is something to ask. */
async function gpusHere(): Promise<GpuUsage[]> {
  const { graphics } = await import('systeminformation');
  const { controllers } = await graphics();
  const MIB = 2 ** 20;
  return controllers
    .filter(({ utilizationGpu }) => typeof utilizationGpu === 'number')
    .map(({ model, utilizationGpu, memoryUsed, memoryTotal }) => ({
      name: model,
      load: (utilizationGpu ?? 0) / 100,
      memory: typeof memoryUsed === 'number' ? memoryUsed * MIB : null,
      total: typeof memoryTotal === 'number' ? memoryTotal * MIB : null,
    }));
}
