/** The steps that a tokenizer.json lists (normalisers, pre-tokenisers, decoders): `{type, …}`, read with care. */
import { z } from 'zod';

/** One step; what else it holds depends on its type. */
export const stepSchema = z.looseObject({ type: z.string() });
export type Step = z.output<typeof stepSchema>;

/** A pattern as the library's types want it: one of the two. */
export type Pattern = { Regex: string; String?: never } | { String: string; Regex?: never };

const patternSchema = z.union([
  z.strictObject({ Regex: z.string() }),
  z.strictObject({ String: z.string() }),
]);
const replacementSchema = z.looseObject({ pattern: patternSchema, content: z.string() });

/** A part of a tokenizer.json that this program does not know; the caller names the file. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';

  constructor(part: string, kind: string) {
    super(`its ${part} is of the kind ${kind}`);
  }
}

/** Reads the fields of a step; throws zod's error where one is missing or of another type. */
export function fieldsOf(step: Step) {
  const read = <T>(name: string, schema: z.ZodType<T>) =>
    z.looseObject({ [name]: schema }).parse(step)[name] as T;
  return {
    text: (name: string): string => read(name, z.string()),
    steps: (name: string): Step[] => read(name, z.array(stepSchema)),
    pattern: (): Pattern => read('pattern', patternSchema),
    replacement: () => replacementSchema.parse(step),
  };
}

/** All steps, those inside of sequences too. */
export function* flatSteps(step: Step | null, list: string): Generator<Step> {
  if (step?.type !== 'Sequence') {
    if (step) yield step;
    return;
  }
  for (const inner of fieldsOf(step).steps(list)) yield* flatSteps(inner, list);
}
