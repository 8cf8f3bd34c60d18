/** Logits after the last token of some texts. */
import type { TextSpec } from '#lab/models/text-model.ts';
import { textModel } from '#lab/models/registry.ts';
import type { Engine, EngineState, Program } from '#lab/engines/engine.ts';
import { layoutsOf, weightsIn, weightSpecs } from '#lab/steps/training-program.ts';
import { readText, textInputs } from '#lab/tasks/language/inputs.ts';

interface Shape {
  batch: number;
  /** Tokens of each text, padded on the right. */
  length: number;
}

/** Inputs: `tokens` (B, T) and `positions` (B) into the flattened B*T. Output: `logits` (B, V). */
function logitsProgram(model: TextSpec, { batch, length }: Shape): Program {
  const shape = { batch, length, targets: batch };
  const layouts = layoutsOf(model);
  return {
    name: 'logits',
    state: weightSpecs(layouts),
    inputs: textInputs(shape),
    body: (state, inputs) => ({
      outputs: {
        logits: textModel(model).forward(model, weightsIn(layouts, state), readText(inputs, shape)),
      },
      next: {},
    }),
  };
}

/** @param texts tokens of each. @returns (V) logits of each */
export async function lastLogits(
  engine: Engine,
  state: EngineState,
  model: TextSpec,
  texts: readonly (readonly number[])[],
): Promise<number[][]> {
  const [batch, length] = [texts.length, Math.max(...texts.map((text) => text.length))];
  const program = await engine.compile(logitsProgram(model, { batch, length }));
  try {
    const filled = texts.flatMap((text) => [...text, ...new Array<number>(length - text.length).fill(0)]);
    const last = texts.map((text, row) => row * length + text.length - 1);
    const { logits } = await program.run(state, {
      tokens: Int32Array.from(filled),
      positions: Int32Array.from(last),
    });
    const width = logits.length / batch;
    return texts.map((_, row) => [...logits.subarray(row * width, (row + 1) * width)]);
  } finally {
    program.dispose();
  }
}
