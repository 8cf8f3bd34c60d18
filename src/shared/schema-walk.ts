/** Looking into a zod schema: through its defaults and nullables, to the fields of an object. */
import { z } from 'zod';

/** The schema inside defaults and nullables. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodNullable)
    inner = inner.unwrap();
  return inner;
}

/** The fields of an object schema; undefined for anything else. */
export function shapeOf(schema: z.core.$ZodType | undefined): Record<string, z.core.$ZodType> | undefined {
  const inner = schema && unwrap(schema);
  return inner instanceof z.ZodObject ? inner.shape : undefined;
}
