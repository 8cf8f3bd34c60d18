/** A filter as it is typed, read with Chevrotain, and written so that it reads as the same again. */
import { createToken, EmbeddedActionsParser, EOF, Lexer, type IToken } from 'chevrotain';
import { showValue, UserError } from '../errors.ts';
import type { Filter, Operand, Operator } from './filter.ts';

/** Longer ones are no filter. */
const MOST_CHARACTERS = 2000;
/** Parentheses within one another. */
const MOST_DEPTH = 50;

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;

const Word = createToken({ name: 'Word', pattern: /[^\s()<>=!~:"#]+/u });
const Call = createToken({ name: 'Column', pattern: /(?:last|max|mean)\([^\s()"]*\)(?:\.vs\d+)?/u });
const Quoted = createToken({ name: 'Quoted', pattern: /"(?:[^"\\]|\\.)*"/u, line_breaks: true });
const Hash = createToken({ name: 'Hash', pattern: /#\d{1,15}(?!\d)/u });
const Open = createToken({ name: 'Open', pattern: '(' });
const Close = createToken({ name: 'Close', pattern: ')' });
const Sign = createToken({ name: 'Sign', pattern: /<=|>=|!=|[<>=~:]/u });
const keyword = (name: string) =>
  createToken({ name: `${name.toUpperCase()}`, pattern: new RegExp(name, 'iu'), longer_alt: Word });
const And = keyword('and');
const Or = keyword('or');
const Not = keyword('not');
const Space = createToken({ name: 'Space', pattern: /\s+/u, group: Lexer.SKIPPED, line_breaks: true });

const TOKENS = [Space, Call, And, Or, Not, Quoted, Hash, Open, Close, Sign, Word];
const lexer = new Lexer(TOKENS);

/** `any := all ("or" all)*; all := one ("and"? one)*; one := "not" one | "(" any ")" | comparison | text`. */
class Reader extends EmbeddedActionsParser {
  constructor() {
    super(TOKENS, { maxLookahead: 2 });
    this.performSelfAnalysis();
  }

  any = this.RULE('any', (): Filter => {
    const of = [this.SUBRULE(this.all)];
    this.MANY(() => {
      this.CONSUME(Or);
      of.push(this.SUBRULE1(this.all));
    });
    return this.ACTION(() => listOf('any', of));
  });

  private all = this.RULE('all', (): Filter => {
    const of: Filter[] = [];
    this.AT_LEAST_ONE({
      DEF: () => {
        this.OPTION(() => this.CONSUME(And));
        of.push(this.SUBRULE(this.one));
      },
    });
    return this.ACTION(() => listOf('all', of));
  });

  private one = this.RULE('one', (): Filter => {
    let negated = false;
    this.MANY(() => {
      this.CONSUME(Not);
      negated = !negated;
    });
    const filter = this.OR([
      { ALT: () => this.SUBRULE(this.group) },
      { ALT: () => this.SUBRULE(this.comparison) },
      { ALT: () => this.SUBRULE(this.text) },
      { ALT: () => this.SUBRULE(this.number) },
    ]);
    return this.ACTION(() => (negated ? notOf(filter) : filter));
  });

  private group = this.RULE('group', (): Filter => {
    this.CONSUME(Open);
    const filter = this.SUBRULE(this.any);
    this.CONSUME(Close);
    return filter;
  });

  private comparison = this.RULE('comparison', (): Filter => {
    const column = this.OR([{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Call) }]);
    const sign = this.CONSUME(Sign);
    const value = this.OR1([
      { ALT: () => this.CONSUME1(Word) },
      { ALT: () => this.CONSUME1(Quoted) },
      { ALT: () => this.CONSUME1(Hash) },
    ]);
    return this.ACTION(() => ({
      ...{ kind: 'compare', column: column.image, operator: sign.image as Operator },
      value: operandOf(value),
    }));
  });

  private text = this.RULE('text', (): Filter => {
    const token = this.OR([{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Quoted) }]);
    return this.ACTION(() => ({ kind: 'text', text: textOf(token) }));
  });

  private number = this.RULE('number', (): Filter => {
    const token = this.CONSUME(Hash);
    return this.ACTION(() => ({ kind: 'number', id: Number(token.image.slice(1)) }));
  });
}

const reader = new Reader();

/** Lists within lists of their kind are one. */
function listOf(kind: 'all' | 'any', of: readonly Filter[]): Filter {
  const flat = of.flatMap((each) => (each.kind === kind ? each.of : [each]));
  return flat.length === 1 ? flat[0] : { kind, of: flat };
}

function notOf(filter: Filter): Filter {
  return filter.kind === 'not' ? filter.of : { kind: 'not', of: filter };
}

function textOf({ tokenType, image }: IToken): string {
  return tokenType === Quoted ? image.slice(1, -1).replace(/\\(.)/gsu, '$1') : image;
}

/** A number, a share in per cent, nothing, or a text. */
function operandOf(token: IToken): Operand {
  const { tokenType, image } = token;
  if (tokenType === Quoted) return textOf(token);
  if (/^(?:null|none)$/i.test(image)) return null;
  const [, number, percent] = new RegExp(`^(${NUMBER})(%?)$`).exec(image) ?? [];
  if (number === undefined) return image;
  const value = percent ? Number(number) / 100 : Number(number);
  return Number.isFinite(value) ? value : image;
}

/**
 * Reads a filter.
 * @returns null for an empty text, which lets everything through
 * @throws UserError `table.filter` naming the place, what stands there and an example
 */
export function parseFilter(text: string): Filter | null {
  if (text.trim() === '') return null;
  if (text.length > MOST_CHARACTERS)
    throw failed(`has ${text.length} characters, and ${MOST_CHARACTERS} are allowed`);
  const { tokens, errors } = lexer.tokenize(text);
  if (errors.length > 0) throw unread(text, errors[0]!.offset);
  let depth = 0;
  for (const { tokenType } of tokens)
    if (tokenType === Open && ++depth > MOST_DEPTH) throw failed('has too many parentheses');
    else if (tokenType === Close) depth--;
  reader.input = tokens;
  const filter = reader.any();
  const [error] = reader.errors;
  if (!error) return filter;
  if (error.token.tokenType === EOF) throw failed(`${showValue(text)} ends where more is needed`);
  throw unread(text, error.token.startOffset);
}

function unread(text: string, offset: number): UserError {
  return failed(
    `${showValue(text.slice(offset, offset + 20))} at character ${offset + 1} has no meaning there`,
  );
}

const failed = (what: string) =>
  new UserError('table.filter', `where: ${what}; write for example: alpha < 0.8 and label:paper`);

/** Writes a filter so that `parseFilter` reads the same; null is the empty text. */
export function filterText(filter: Filter | null): string {
  return filter === null ? '' : written(filter, false);
}

/** @param within another filter, where a list needs its parentheses */
function written(filter: Filter, within: boolean): string {
  switch (filter.kind) {
    case 'all':
    case 'any': {
      const text = filter.of
        .map((each) => written(each, true))
        .join(filter.kind === 'all' ? ' and ' : ' or ');
      return within ? `(${text})` : text;
    }
    case 'not':
      return `not ${written(filter.of, true)}`;
    case 'compare':
      return `${filter.column} ${filter.operator} ${operandText(filter.value)}`;
    case 'text':
      return plain(filter.text) ? filter.text : quoted(filter.text);
    case 'number':
      return `#${filter.id}`;
  }
}

function operandText(value: Operand): string {
  if (typeof value !== 'string') return String(value);
  const reads = plain(value) && !/^(?:null|none)$/i.test(value) && !new RegExp(`^${NUMBER}%?$`).test(value);
  return reads ? value : quoted(value);
}

/** Whether a text is one word to the reader. */
function plain(text: string): boolean {
  const { tokens, errors } = lexer.tokenize(text);
  return (
    errors.length === 0 && tokens.length === 1 && tokens[0]!.tokenType === Word && tokens[0]!.image === text
  );
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;
}
