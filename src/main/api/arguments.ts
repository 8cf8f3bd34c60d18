import type { z } from 'zod';

/** What is wrong with an argument, as one line: `runs.cancel: ids.0: expected a number`. */
export function describeIssue(method: string, issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join('.');
  return `${method}: ${field ? `${field}: ` : ''}${issue.message}`;
}
