/** Every field of a config with its default and its sentence of help, read from the schema itself. */
import { z } from 'zod';
import { TASK_SCHEMAS, type TaskId } from './config.ts';
import { shapeOf, unwrap } from './schema-walk.ts';

export interface ConfigField {
  /** For example `training.stage1.lr`; the fields of a dataset carry its kind, `dataset(csv).path`. */
  path: string;
  /** What it accepts, in words. */
  accepts: string;
  /** Undefined where the field must be given. */
  default?: unknown;
  help: string;
  /** Bounds of a number, or of each number of a list; `exclusive` where the bound itself is not allowed. */
  min?: Bound;
  max?: Bound;
}

export interface Bound {
  value: number;
  exclusive: boolean;
}

/** All fields of a kind of task, in the order of its schema; those that can have one value alone are no choice. */
export function configFields(task: TaskId): ConfigField[] {
  return [...walk(TASK_SCHEMAS[task], '')];
}

/** @param option the schema is one of several kinds: its `kind` says which */
function* walk(schema: z.core.$ZodType, path: string, option = false): Generator<ConfigField> {
  for (const [key, field] of Object.entries(shapeOf(schema) ?? {})) {
    const at = path ? `${path}.${key}` : key;
    const inner = unwrap(field);
    if (isFixed(field, option)) continue;
    if (inner instanceof z.ZodDiscriminatedUnion) {
      for (const each of inner.options) yield* walk(each, `${at}(${kindOf(each)})`, true);
    } else {
      if (inner instanceof z.ZodObject) yield* section(field, at);
      else
        yield {
          path: at,
          accepts: accepts(field),
          ...defaultOf(field),
          help: helpOf(field),
          ...boundsOf(inner),
        };
      yield* walk(field, at);
    }
  }
}

/** Whether a field has one value alone. */
function isFixed(field: z.core.$ZodType, option: boolean): boolean {
  const inner = unwrap(field);
  return (inner instanceof z.ZodLiteral && !option) || inner instanceof z.ZodNull;
}

/** A group of fields counts as a field of its own only where it can be left out (`null`). */
function* section(schema: z.core.$ZodType, path: string): Generator<ConfigField> {
  const { default: value } = defaultOf(schema);
  if (value === null)
    yield { path, accepts: 'the fields below, or null', default: null, help: helpOf(schema) };
}

function kindOf(option: z.core.$ZodType): string {
  const kind = shapeOf(option)?.kind;
  return kind instanceof z.ZodLiteral ? String(kind.value) : '?';
}

function defaultOf(schema: z.core.$ZodType): { default?: unknown } {
  return schema instanceof z.ZodDefault ? { default: schema.def.defaultValue } : {};
}

function boundsOf(schema: z.core.$ZodType): Pick<ConfigField, 'min' | 'max'> {
  if (schema instanceof z.ZodArray) return boundsOf(unwrap(schema.element));
  if (!(schema instanceof z.ZodNumber)) return {};
  const checks = (schema.def.checks ?? []).map((check) => check._zod.def as Partial<BoundCheck>);
  const [min, max] = (['greater_than', 'less_than'] as const).map((kind) => {
    const found = checks.findLast(({ check }) => check === kind);
    return found && { value: Number(found.value), exclusive: found.inclusive === false };
  });
  return { ...(min && { min }), ...(max && { max }) };
}

/** What `.min()`, `.gt()`, `.max()` and `.lt()` leave in a schema. */
interface BoundCheck {
  check: string;
  value: unknown;
  inclusive: boolean;
}

function helpOf(schema: z.core.$ZodType): string {
  return z.globalRegistry.get(schema)?.description ?? '';
}

function accepts(schema: z.core.$ZodType): string {
  const nullable = schema instanceof z.ZodDefault && schema.unwrap() instanceof z.ZodNullable;
  return kindOfValue(unwrap(schema)) + (nullable ? ' or null' : '');
}

function kindOfValue(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => JSON.stringify(option)).join(', ');
  if (schema instanceof z.ZodLiteral) return String(schema.value);
  if (schema instanceof z.ZodNumber) return schema.format === 'safeint' ? 'whole number' : 'number';
  if (schema instanceof z.ZodBoolean) return 'true, false';
  if (schema instanceof z.ZodArray) return `list of ${kindOfValue(unwrap(schema.element))}`;
  if (schema instanceof z.ZodRecord) return 'mapping of texts';
  return 'text';
}
