/** Low-rank matrices as PEFT keeps them in a folder (`adapter_config.json`, `adapter_model.safetensors`). */
import type { ParameterEntry } from '../layout.ts';
import { adaptedWeights, parameterLayout } from '../registry.ts';
import type { TextSpec } from '../text-model.ts';
import { foreignOf, type NamedWeight } from './weights.ts';
import { namesOf, peftTaskOf } from './index.ts';

/** Name of the module that holds a weight in a folder: `model.layers.0.self_attn.q_proj`. */
function moduleOf(spec: TextSpec, entry: ParameterEntry): string {
  return foreignOf(namesOf(spec), entry).name.replace(/\.weight$/, '');
}

/**
 * What PEFT has to know of an adapter.
 * @param base folder or name of the model that it belongs to
 */
export function adapterConfig(spec: TextSpec, base: string): Record<string, unknown> {
  const { rank, alpha } = spec.tuning!.lora!;
  return {
    peft_type: 'LORA',
    task_type: peftTaskOf(spec),
    base_model_name_or_path: base,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    bias: 'none',
    // Whole names: parts of the same name in other layers are left as they are.
    target_modules: adaptedWeights(spec).map((entry) => moduleOf(spec, entry)),
    // GPT-2 keeps its weights as (in, out).
    fan_in_fan_out: !namesOf(spec).row_per_output,
    inference_mode: true,
  };
}

/** The matrices by PEFT's names; A is (rank, in) there and B (out, rank). @param trained the flat vector */
export function adapterWeights(spec: TextSpec, trained: Float32Array): NamedWeight[] {
  const layout = parameterLayout(spec);
  return adaptedWeights(spec).flatMap((entry, i) => {
    const name = `base_model.model.${moduleOf(spec, entry)}`;
    const { outputs } = foreignOf(namesOf(spec), entry);
    const [a, b] = [layout[2 * i], layout[2 * i + 1]];
    const values = ({ offset, size }: ParameterEntry) => trained.subarray(offset, offset + size);
    return [
      {
        name: `${name}.lora_A.weight`,
        shape: a.shape.toReversed(),
        data: () => turned(values(a), a.shape, null),
      },
      {
        name: `${name}.lora_B.weight`,
        shape: b.shape.toReversed(),
        data: () => turned(values(b), b.shape, outputs),
      },
    ];
  });
}

/** (rows, columns) as (columns, rows). @param order where each of our columns lies there; null for in place */
function turned(values: Float32Array, [rows, columns]: number[], order: Int32Array | null): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[(order ? order[column] : column) * rows + row] = values[row * columns + column];
  return result;
}
