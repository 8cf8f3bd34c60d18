/** Questions as people read them. */
import { visible } from './plain-text.ts';

/** `Q: When was X born?\nA:` → `When was X born?`; one line, nothing in it hides. */
export function questionText(text: string): string {
  const lines = text.split('\n');
  const asked = lines.findLast((line) => line.startsWith('Q: '))?.slice(3) ?? lines.at(-1)!;
  return visible(asked.trim());
}
