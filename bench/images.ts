/** Training of a ConvNeXt on images of the size of four digits, as the vision experiment has them; noise will do. */
import type { Precision } from '#shared/engines.ts';
import { floatSpec, intSpec } from '#lab/engines/engine.ts';
import { convnext } from '#lab/models/convnext.ts';
import { crossEntropy } from '#lab/models/ops.ts';
import { trainingProgram } from '#lab/steps/training-program.ts';
import { convnextSchema } from '#shared/config/models/convnext.ts';
import { trainingSchema } from '#shared/config/training.ts';
import { randomStream } from '#shared/random.ts';
import type { Work } from './work.ts';

const SIZES = { height: 56, width: 56, channels: 1, outputs: 4, classes: 10 };
const CONFIG = { architecture: 'convnext', patch_size: 4, hidden_sizes: [64], depths: [4] };
const BATCH = 128;
const N_BATCHES = 4;

function randomBatch(index: number) {
  const random = randomStream(index, 'bench');
  const { height, width, outputs, classes } = SIZES;
  return {
    images: Float32Array.from({ length: BATCH * height * width }, () => random.float()),
    labels: Int32Array.from({ length: BATCH * outputs }, () => random.int(classes)),
    weights: new Float32Array(BATCH * outputs).fill(1),
  };
}

export function imagesWork(): Work {
  const model = convnext.resolve(convnextSchema.parse(CONFIG), SIZES);
  const { optimizer } = trainingSchema.parse({ optimizer: { name: 'adamw' } });
  const layout = convnext.layout(model);
  const answers = BATCH * SIZES.outputs;
  const inputs = {
    images: floatSpec(BATCH, SIZES.height, SIZES.width, SIZES.channels),
    labels: intSpec(answers),
    weights: floatSpec(answers),
  };
  const batches = Array.from({ length: N_BATCHES }, (_, i) => randomBatch(i));
  const program = (precision: Precision = 'float32') =>
    trainingProgram({
      ...{ layout, optimizer, inputs, precision },
      loss: (weights, { images, labels, weights: counted }) =>
        crossEntropy(convnext.forward(model, weights, images), labels, counted),
    });
  return {
    ...{ model, layout, optimizer, inputs, batches, lr: 1e-3 },
    ready: (index) => ({ key: 'all alike', program, inputs: batches[index] }),
  };
}
