import { describe, expect, it } from 'vitest';
import type { FromTrainer } from '../trainer/protocol.ts';
import { ErrorOutput } from './error-output.ts';

/** As ONNX Runtime 1.30 wrote it when an upload was refused; it then went on with wrong numbers. */
const REFUSED =
  '\x1b[1;31m2026-11-29 03:00:12.264712051 [E:onnxruntime:onnxruntime-node, webgpu_context.cc:171 operator()] ' +
  'WebGPU device error(3): vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY\n' +
  ' - While calling [Device].CreateBuffer([BufferDescriptor]).\n';

function hearing() {
  const heard: FromTrainer[] = [];
  let ends = 0;
  const output = new ErrorOutput(() => ends++);
  const tell = output.believed((message) => heard.push(message));
  return { heard, output, tell, ends: () => ends };
}

describe('the error output of a training process', () => {
  it('ends it where it tells of a GPU that failed, in pieces too, and nothing it says after that is believed', () => {
    const { heard, output, tell, ends } = hearing();
    tell({ type: 'share', share: 0.5 });
    output.take(REFUSED.slice(0, 150));
    output.take(REFUSED.slice(150));
    output.take(REFUSED);
    tell({ type: 'share', share: 1 });
    expect(ends()).toBe(1);
    expect(heard).toEqual([
      { type: 'share', share: 0.5 },
      {
        type: 'failed',
        error: {
          name: 'UserError',
          code: 'trainer.gpu-memory',
          message: expect.stringMatching(
            /^the memory of the GPU ran out \(WebGPU device error\(3\): vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY\): close/,
          ) as string,
        },
      },
    ]);
  });

  it('keeps the end of anything else', () => {
    const { heard, output, ends } = hearing();
    output.take('Error: x\n'.repeat(1000));
    output.take('the last line');
    expect([heard, ends(), output.lastWords.length]).toEqual([[], 0, 2000]);
    expect(output.lastWords.endsWith('Error: x\nthe last line')).toBe(true);
  });
});
