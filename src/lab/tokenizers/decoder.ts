/**
 * From tokens back to text. Steps that the library does differently from Python's `tokenizers` are here: it drops a
 * byte order mark, replaces broken UTF-8 otherwise, and keeps a space before the first word where there were two.
 */
import { ReplaceDecoder, StripDecoder } from './library.ts';
import { byteOfToken, bytesOfToken } from './bytes.ts';
import { fieldsOf, Unsupported, type Step } from './steps.ts';

type Decode = (tokens: string[]) => string[];

const LOSSY = new TextDecoder('utf-8', { ignoreBOM: true });
const STRICT = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/**
 * The decoder of a tokenizer.json; without one, tokens are joined by spaces.
 * @throws Unsupported for a kind that is not known
 */
export function createDecoder(step: Step | null): (tokens: string[]) => string {
  if (step === null) return (tokens) => tokens.join(' ');
  const decode = createStep(step);
  return (tokens) => decode(tokens).join('');
}

function createStep(step: Step): Decode {
  const make = KINDS[step.type];
  if (!make) throw new Unsupported('decoder', step.type);
  return make(step);
}

const KINDS: Record<string, ((step: Step) => Decode) | undefined> = {
  Sequence: (step) => {
    const steps = fieldsOf(step).steps('decoders').map(createStep);
    return (tokens) => steps.reduce((decoded, decode) => decode(decoded), tokens);
  },
  ByteLevel: () => (tokens) => [LOSSY.decode(Uint8Array.from(tokens.flatMap(bytesOfToken)))],
  ByteFallback: () => withBytes,
  Metaspace: (step) => {
    const { replacement: mark = '▁', prepend_scheme: scheme, add_prefix_space: prefix } = step;
    const first = scheme === 'never' || (scheme === undefined && prefix === false) ? ' ' : '';
    return (tokens) => tokens.map((token, i) => token.replaceAll(String(mark), i === 0 ? first : ' '));
  },
  Fuse: () => (tokens) => [tokens.join('')],
  Replace: (step) => {
    const decoder = new ReplaceDecoder({ ...fieldsOf(step).replacement() });
    return (tokens) => decoder.decode_chain(tokens);
  },
  Strip: ({ content, start, stop }) => {
    const decoder = new StripDecoder({
      content: String(content),
      start: Number(start),
      stop: Number(stop),
    });
    return (tokens) => decoder.decode_chain(tokens);
  },
};

/** Runs of tokens such as `<0xE2>` are characters; where they are none, each byte is U+FFFD. */
function withBytes(tokens: string[]): string[] {
  const texts: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) texts.push(...charactersOf(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = byteOfToken(token);
    if (byte !== null) bytes.push(byte);
    else {
      flush();
      texts.push(token);
    }
  }
  flush();
  return texts;
}

function charactersOf(bytes: number[]): string[] {
  try {
    return [STRICT.decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => '\ufffd');
  }
}
