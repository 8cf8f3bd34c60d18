/** YAML as the authors' loader (PyYAML, YAML 1.1) reads it, which differs from YAML 1.2 in plain scalars. */
import { parseDocument, type ScalarTag } from 'yaml';
import { UserError } from '#shared/errors.ts';
import { plainValues } from '../experiments/yaml-text.ts';

/** `yes`, `no`, `on` and `off` are truth values; `y` and `n` are not. */
const bool: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  resolve: (text) => /^(?:yes|true|on)$/i.test(text),
};

const nothing: ScalarTag = {
  tag: 'tag:yaml.org,2002:null',
  default: true,
  test: /^(?:~|null|Null|NULL|)$/,
  resolve: () => null,
};

/** Also `0b101`, octal `017`, `0x1f`, `1_000` and sexagesimal `1:30`. */
const int: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  resolve: (text) => signed(text, wholeNumber),
};

/** A number needs its dot, and an exponent its sign: `1e-5` and `1.0e5` are texts. */
const float: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  resolve: (text) => signed(text, realNumber),
};

function signed(text: string, read: (digits: string) => number): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  const value = read(plain.replace(/^[-+]/, ''));
  return plain.startsWith('-') ? -value : value;
}

function wholeNumber(digits: string): number {
  if (digits.includes(':')) return sexagesimal(digits);
  if (/^0[bx]/.test(digits)) return Number(digits);
  return digits.length > 1 && digits.startsWith('0') ? Number.parseInt(digits, 8) : Number(digits);
}

function realNumber(digits: string): number {
  if (digits === '.inf') return Infinity;
  if (digits === '.nan') return NaN;
  return digits.includes(':') ? sexagesimal(digits) : Number(digits);
}

const sexagesimal = (digits: string) => digits.split(':').reduce((sum, part) => 60 * sum + Number(part), 0);

/**
 * Reads a text as PyYAML's safe loader does: the last of a key that is there twice counts.
 * @param file what the text is called in messages
 * @throws UserError `config.yaml`
 */
export function parsePyYaml(text: string, file: string): unknown {
  const document = parseDocument(text, {
    schema: 'failsafe',
    customTags: (tags) => [...tags, nothing, bool, int, float],
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const problem = document.errors[0];
  if (problem) {
    const line = text.slice(0, problem.pos[0]).split('\n').length;
    throw new UserError(
      'config.yaml',
      `${file}, line ${line}: not valid YAML: ${problem.message.split('\n')[0]}; mend the line`,
    );
  }
  return plainValues(document, file);
}
