/** What a machine does to training, as engines, drivers, V8 and the C++ library report it: memory that ran out, a GPU that is gone. */
import type { WireError } from '#shared/errors.ts';

const NO_MEMORY =
  /bad_alloc|out of memory|want of memory|failed to allocate memory|allocation failed|cannot allocate memory|ENOMEM|ERR_WORKER_OUT_OF_MEMORY/i;

/** What helps, as the end of a sentence. */
export const MEMORY_REMEDY =
  'close other programs, train fewer runs at a time (--jobs 1, or fewer slots), lower batch_size, evaluation.batch_size or pretrained.micro_batch, or take a smaller model';

/** Whether a text tells of memory that ran out. */
export function isOutOfMemory(text: string): boolean {
  return NO_MEMORY.test(text);
}

interface GpuFault {
  code: 'trainer.gpu-lost' | 'trainer.gpu-memory' | 'trainer.gpu-error';
  /** Dawn and Vulkan (WebGPU), DXGI (DirectML), CUDA. */
  signs: RegExp;
  what: string;
  remedy: string;
}

/** The first whose signs are found counts. */
const GPU_FAULTS: GpuFault[] = [
  {
    code: 'trainer.gpu-lost',
    signs:
      /\[Device[^\]]*\] is lost|device (?:was |is )?lost|DEVICE_LOST|0x887A000[567]\b|DXGI_ERROR_DEVICE_(?:REMOVED|HUNG|RESET)|no CUDA-capable device|fallen off the bus|unspecified launch failure/i,
    what: 'the GPU was lost',
    remedy: 'its driver was reset or renewed, or the GPU was unplugged, asleep or taken by another program',
  },
  {
    code: 'trainer.gpu-memory',
    signs: /OUT_OF_(?:DEVICE|HOST)_MEMORY|E_OUTOFMEMORY|WebGPU device error\(3\)/,
    what: 'the memory of the GPU ran out',
    remedy: MEMORY_REMEDY,
  },
  {
    // After such an error ONNX Runtime goes on with what was in its buffers before.
    code: 'trainer.gpu-error',
    signs: /WebGPU device error\(|WebGPU validation failed|is invalid due to a previous error/,
    what: 'the GPU refused a part of the work',
    remedy: `should its memory be short: ${MEMORY_REMEDY}`,
  },
];

/**
 * What a text of an engine or a driver says about the GPU, as the error with which a run ends; null where it says
 * nothing of the kind.
 */
export function gpuFault(text: string): WireError | null {
  const fault = GPU_FAULTS.find(({ signs }) => signs.test(text));
  if (!fault) return null;
  const line = text.split('\n').find((one) => fault.signs.test(one)) ?? text;
  const message = `${fault.what} (${sign(line, fault.signs)}): ${fault.remedy}`;
  return { name: 'UserError', code: fault.code, message };
}

/** The part of a line that tells: drivers put the place in their source before it. */
function sign(line: string, signs: RegExp): string {
  const start = line.search(signs);
  const from = line.lastIndexOf(']', start - 1) + 1;
  return line.slice(start - from < 100 ? from : start, start + 100).trim();
}
