/**
 * Pre-trained architectures on WebGPU against transformers. On a software device that takes longer than all other
 * comparisons with other programs (test/golden/) together.
 */
import { it, vi } from 'vitest';
import { describePretrained } from '../golden/pretrained-cases.ts';
import { presentEngines } from './present.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software GPU is slow to start

const engines = await presentEngines(['onnx-webgpu']);
describePretrained(engines);
if (engines.length === 0) it.skip('needs a WebGPU device');
