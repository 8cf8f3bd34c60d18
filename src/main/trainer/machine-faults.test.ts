import { describe, expect, it } from 'vitest';
import { gpuFault, isOutOfMemory } from './machine-faults.ts';

describe('gpuFault', () => {
  // The first three were provoked on a software device (test/lost-gpu.test.ts); the others are what DirectML's and
  // CUDA's documentation name.
  it.each([
    [
      'trainer.gpu-lost',
      '/onnxruntime_src/onnxruntime/core/providers/webgpu/buffer_manager.cc:641 Failed to download data from buffer. wgpu::MapAsyncStatus value: 4, message: [Device] is lost.',
      '[Device] is lost.',
    ],
    [
      'trainer.gpu-memory',
      '[E:onnxruntime:onnxruntime-node, webgpu_context.cc:171 operator()] WebGPU device error(3): vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY',
      'WebGPU device error(3): vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY',
    ],
    [
      'trainer.gpu-error',
      'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.',
      'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.',
    ],
    ['trainer.gpu-lost', 'DXGI_ERROR_DEVICE_HUNG (0x887A0006)', 'DXGI_ERROR_DEVICE_HUNG (0x887A0006)'],
    [
      'trainer.gpu-lost',
      'CUDA failure 719: unspecified launch failure ; GPU=0',
      'CUDA failure 719: unspecified launch failure ; GPU=0',
    ],
  ])('%s', (code, text, sign) => {
    const fault = gpuFault(`first line\n${text}\nlast line`);
    expect(fault).toMatchObject({ code });
    expect(fault!.message).toContain(`(${sign})`);
    expect(fault!.message).not.toContain('\n');
  });

  it('says nothing of other faults', () => {
    for (const text of ['std::bad_alloc', 'the device has no space left', 'TypeError: x is lost', ''])
      expect(gpuFault(text)).toBeNull();
    expect(isOutOfMemory('std::bad_alloc')).toBe(true);
  });
});
