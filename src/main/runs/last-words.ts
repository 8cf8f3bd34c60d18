/** What TensorFlow logs at levels info and warning, as `I0000 …`. */
const LOGGED = /^[IW]\d{4}\s/;

/** The line of a crash that names it, as `: line`: Node prints the source line and a caret before it. */
export function crashLine(lastWords: string): string {
  const line = lastWords.split('\n').find((text) => /error|abort|fatal/i.test(text) && !LOGGED.test(text));
  return line ? `: ${line.trim().slice(0, 300)}` : '';
}
