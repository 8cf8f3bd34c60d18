import { describe, expect, it } from 'vitest';
import { TASK_SCHEMAS } from './config.ts';
import { toFieldError, UserError } from './errors.ts';
import { shapeOf } from './schema-walk.ts';

const sections = [
  ...new Set(Object.values(TASK_SCHEMAS).flatMap((schema) => Object.keys(shapeOf(schema) ?? {}))),
];

describe('the field of an error', () => {
  it.each(sections)('is read from a message about %s, and what is in it', (section) => {
    const fieldOf = (message: string) => toFieldError(new UserError('some.code', message)).field;
    expect(fieldOf(`${section}: 3 is not allowed`)).toBe(section);
    expect(fieldOf(`${section}.part: "x" is not there`)).toBe(`${section}.part`);
    expect(fieldOf(`${section}.part.deeper is 3, which is odd`)).toBe(`${section}.part.deeper`);
  });

  it('is none where a message is about something else', () => {
    expect(toFieldError(new UserError('some.code', 'experiment 3 is not there')).field).toBeNull();
  });
});
