/** The hosts that the user's own ssh config names. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import SSHConfig, { LineType } from 'ssh-config';

/** Names that can be given to ssh as they stand, in the order of the file; patterns are none. */
export function sshHosts(file = path.join(homedir(), '.ssh', 'config')): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return hostsIn(text);
}

/** As {@link sshHosts}, of the text of a config; none where it cannot be read. */
export function hostsIn(text: string): string[] {
  try {
    const lines = SSHConfig.parse(text).filter((line) => line.type === LineType.DIRECTIVE);
    const values = lines
      .filter(({ param }) => param.toLowerCase() === 'host')
      .flatMap(({ value }) => wordsOf(value));
    return [...new Set(values)].filter((name) => /^[\w][\w.@:-]*$/.test(name));
  } catch {
    return [];
  }
}

/** One value is a text, several are a list of words. */
const wordsOf = (value: string | { val: string }[]): string[] =>
  typeof value === 'string' ? value.split(/\s+/) : value.map(({ val }) => val);
