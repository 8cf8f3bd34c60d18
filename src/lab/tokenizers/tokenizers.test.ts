import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { goldenStrings, goldenTokenizer } from '#test/golden/tokenizers.ts';
import type { Part } from '../corpus/document.ts';
import { openTokenizer } from './index.ts';

const KINDS = ['gpt2', 'neox', 'llama3', 'smollm2', 'llama2', 't5'] as const;
const tokenizers = Object.fromEntries(KINDS.map((kind) => [kind, goldenTokenizer(kind)]));
const question = (answer: string): Part[] => [
  { role: 'text', text: 'Q: Where was ' },
  { role: 'alias', text: '<|abcde|>' },
  { role: 'text', text: ' born?\nA:' },
  { role: 'text', text: ' ' },
  { role: 'value', text: answer, target: true },
  { role: 'text', text: '\n' },
];

/** Strings of every script beside what fast-check draws, lone surrogates too. */
const texts = fc.oneof(
  fc.constantFrom(...goldenStrings(300)),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc
    .array(fc.constantFrom('\ud83d', '\udc00', ' ', 'a', 'e\u0301', '\n', '<s>', 'é'))
    .map((all) => all.join('')),
);
const parts = fc.array(
  fc
    .record({ text: texts, target: fc.boolean() })
    .map(({ text, target }): Part => ({ role: 'value', text, ...(target && { target }) })),
  { maxLength: 6 },
);

describe.each(KINDS)('the tokens of %s', (kind) => {
  const tokenizer = tokenizers[kind];
  const inText = (text: string) => tokenizer.pieces(text).filter(({ start, end }) => start < end);

  it('go through the text in order and without gaps', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let [start, end] = [0, 0];
        for (const piece of inText(text)) {
          expect(piece.start).toBeGreaterThanOrEqual(start);
          expect(piece.start).toBeLessThanOrEqual(end);
          expect(piece.end).toBeGreaterThanOrEqual(end);
          ({ start, end } = piece);
        }
        // T5 drops white space, so that a text may have no token.
        if (kind !== 't5' || text.trim() !== '')
          expect(end === text.length || inText(text).length === 0).toBe(true);
      }),
    );
  });

  it('are targets where they share a character with a target part, and only there', () => {
    fc.assert(
      fc.property(parts, (list) => {
        const text = list.map((part) => part.text).join('');
        const { ids, targets } = tokenizer.encode(list);
        const pieces = tokenizer.pieces(text);
        expect(ids).toEqual(pieces.map(({ id }) => id));
        const target = list.flatMap((part) =>
          Array.from({ length: part.text.length }, () => part.target === true),
        );
        const marked = new Set<number>();
        pieces.forEach(({ start, end }, i) => {
          if (start === end) return;
          expect(targets[i]).toBe(target.slice(start, end).includes(true) ? 1 : 0);
          for (let at = start; targets[i] && at < end; at++) marked.add(at);
        });
        if (inText(text).length > 0) target.forEach((is, at) => expect(!is || marked.has(at)).toBe(true));
      }),
    );
  });

  it('never show a part of a character as U+FFFD', () => {
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(!text.toWellFormed().includes('\ufffd'));
        for (const piece of tokenizer.pieces(text)) expect(piece.text).not.toContain('\ufffd');
      }),
    );
  });

  it('are the same when a text is asked for again', () => {
    const asked = goldenStrings(50).map((text) => tokenizer.encode([{ role: 'text', text }]).ids);
    const again = goldenStrings(50).map((text) => tokenizer.encode([{ role: 'text', text }]).ids);
    expect(again).toEqual(asked);
  });
});

describe('a text in parts', () => {
  it.each(KINDS)('%s gives each token its part: the named one, and none to what it adds itself', (kind) => {
    const tokenizer = tokenizers[kind];
    const parts: Part[] = [
      { role: 'tag', text: '<|abc|>' },
      { role: 'text', text: ' ' },
      { role: 'alias', text: '' },
      { role: 'entity', text: 'Zürich' },
      { role: 'text', text: ' is\n' },
    ];
    const split = tokenizer.split(parts);
    const { ids } = tokenizer.encode(parts);
    expect(split.map(({ id }) => id)).toEqual(ids);
    for (const place of [0, 3]) {
      const marked = parts.map((part, at) => (at === place ? { ...part, target: true as const } : part));
      const { targets } = tokenizer.encode(marked);
      const named = split.map(({ part }) => part);
      expect(targets.map((target, i) => (target === 1 && named[i] !== null ? place : null))).toEqual(
        named.map((part) => (part === place ? place : null)),
      );
    }
    const added = Number(tokenizer.bosId !== null) + Number(kind === 't5');
    expect(split.filter(({ part }) => part === null)).toHaveLength(added);
  });
});

describe('a question and its answer', () => {
  it.each(KINDS)(
    '%s marks the answer with the space before it, where one token has both, and not the newline',
    (kind) => {
      const tokenizer = tokenizers[kind];
      const list = question('Zürich');
      const pieces = tokenizer.pieces(list.map(({ text }) => text).join(''));
      const { targets } = tokenizer.encode(list);
      const marked = pieces.filter((_, i) => targets[i] === 1 && pieces[i].start < pieces[i].end);
      const from = Math.min(...marked.map(({ start }) => start));
      expect(marked.at(-1)?.end).toBe(kind === 't5' ? 39 : 38);
      expect([31, 32]).toContain(from);
      expect(targets.filter((_, i) => pieces[i].end <= from).includes(1)).toBe(false);
    },
  );

  it('T5 learns the end of an answer, and leaves out that of a text without one', () => {
    const t5 = tokenizers.t5;
    const answer = t5.encode([{ role: 'value', text: 'Paris', target: true }]);
    expect(answer.ids.at(-1)).toBe(t5.eosId);
    expect(answer.targets.every((target) => target === 1)).toBe(true);
    expect(t5.encode([{ role: 'text', text: 'Paris' }]).targets).not.toContain(1);
    expect(t5.encode([{ role: 'value', text: '', target: true }])).toEqual({ ids: [t5.eosId], targets: [0] });
  });

  it('Llama begins each text with a token that is no target, and decoding leaves it out', () => {
    for (const kind of ['llama2', 'llama3'] as const) {
      const { ids, targets } = tokenizers[kind].encode([
        { role: 'value', text: 'Paris <|abcde|>', target: true },
      ]);
      expect([ids[0], targets[0]]).toEqual([tokenizers[kind].bosId, 0]);
      expect(targets.slice(1)).not.toContain(0);
      expect(tokenizers[kind].decode(ids)).toBe('Paris <|abcde|>');
    }
    expect(tokenizers.gpt2.bosId).toBeNull();
  });

  it('shows bytes that are no whole character as bytes', () => {
    expect(
      tokenizers.gpt2
        .pieces('𝟘')
        .map(({ text }) => text)
        .join(''),
    ).toBe('<0xF0><0x9D><0x9F><0x98>');
    expect(tokenizers.llama2.pieces('🚀').map(({ text }) => text)).toEqual([
      '<s>',
      ' ',
      '<0xF0>',
      '<0x9F>',
      '<0x9A>',
      '<0x80>',
    ]);
    const { gpt2 } = tokenizers;
    expect(gpt2.decode(gpt2.pieces('é')[0].id)).toBe(gpt2.pieces('é')[0].text);
  });
});

describe('two ways to cut that cost the same', () => {
  // Ids by Python; scores as JavaScript reads them decide otherwise.
  it.each([
    [-9.167522699950393, -10.675956862490645, -3.032455454516584, [1, 2, 3]],
    [-11.915702033726319, -2.336489813369089, -2.2799044709280687, [1, 3, 2]],
  ])('%d, %d, %d', (a, dot, dots, ids) => {
    const vocab = [
      ['<unk>', 0],
      ['a', a],
      ['.', dot],
      ['..', dots],
    ];
    const folder = folderWith({
      'tokenizer.json': { model: { type: 'Unigram', unk_id: 0, vocab } },
      'tokenizer_config.json': { eos_token: '<unk>' },
    });
    expect(openTokenizer(folder).encode([{ role: 'text', text: 'a...' }]).ids).toEqual(ids);
  });
});

describe('special tokens', () => {
  const end = '<|endoftext|>';
  const open = (files: Record<string, object>) =>
    openTokenizer(folderWith({ 'tokenizer.json': small(), ...files }));

  it('pads with pad_token, else with the end of a text, else as config.json says', () => {
    expect(open({ 'tokenizer_config.json': { eos_token: end, pad_token: { content: 'a' } } })).toMatchObject({
      eosId: 3,
      padId: 0,
      padFrom: 'pad_token',
    });
    expect(open({ 'special_tokens_map.json': { eos_token: { content: end } } })).toMatchObject({
      padId: 3,
      padFrom: 'eos_token',
    });
    expect(open({ 'config.json': { eos_token_id: [2, 3] } })).toMatchObject({
      eosId: 2,
      padId: 2,
      padFrom: 'config.json',
    });
    expect(open({ 'tokenizer_config.json': { pad_token: null, eos_token: end } }).size).toBe(4);
  });

  it('puts a token before texts where add_bos_token asks for one', () => {
    const tokenizer = open({
      'tokenizer_config.json': { bos_token: end, eos_token: end, add_bos_token: true, add_eos_token: true },
    });
    expect(tokenizer.encode([{ role: 'text', text: 'ab' }])).toEqual({ ids: [3, 2, 3], targets: [0, 0, 0] });
    expect(tokenizer.bosId).toBe(3);
  });

  it('says what is missing', () => {
    expect(() => open({})).toThrow(
      /names neither a pad_token nor an eos_token: name one in tokenizer_config.json/,
    );
    expect(() => open({ 'tokenizer_config.json': { eos_token: '</s>' } })).toThrow(
      /tokenizer_config.json: eos_token "<\/s>" is no token/,
    );
  });
});

describe('a folder that cannot be opened', () => {
  const wrong: [string, Record<string, object | string>, RegExp][] = [
    ['has no tokenizer.json', {}, /has no tokenizer.json: get the file again/],
    [
      'has a SentencePiece model alone',
      { 'tokenizer.model': 'x' },
      /tokenizer.model alone is not enough: make one .*AutoTokenizer/,
    ],
    ["has T5's alone", { 'spiece.model': 'x' }, /spiece.model alone is not enough/],
    ['has no JSON', { 'tokenizer.json': 'PK\u0003\u0004' }, /tokenizer.json is not JSON \(it begins "PK/],
    ['has a pointer', { 'tokenizer.json': 'version https://git-lfs.github.com/spec/v1\n' }, /git lfs pull/],
    ['has a list', { 'tokenizer.json': [] }, /tokenizer.json is not as expected/],
    ['has no model', { 'tokenizer.json': {} }, /not as expected, model:/],
    [
      'has another model',
      { 'tokenizer.json': small({ model: { type: 'WordPiece', vocab: {} } }) },
      /its model is of the kind WordPiece, which Credence does not know/,
    ],
    [
      'has no merges',
      { 'tokenizer.json': small({ model: { type: 'BPE', vocab: {} } }) },
      /not as expected, merges:/,
    ],
    [
      'has another pre-tokeniser',
      { 'tokenizer.json': small({ pre_tokenizer: { type: 'UnicodeScripts' } }) },
      /its pre_tokenizer is of the kind UnicodeScripts/,
    ],
    [
      'has another normaliser',
      { 'tokenizer.json': small({ normalizer: { type: 'Nmt' } }) },
      /its normalizer is of the kind Nmt/,
    ],
    [
      'has another decoder',
      { 'tokenizer.json': small({ decoder: { type: 'CTC' } }) },
      /its decoder is of the kind CTC/,
    ],
    [
      'has another post-processor',
      { 'tokenizer.json': small({ post_processor: { type: 'Other' } }) },
      /its post_processor is of the kind Other/,
    ],
    [
      'has a broken pattern',
      { 'tokenizer.json': small({ normalizer: { type: 'Replace', pattern: { Regex: '(' }, content: '' } }) },
      /tokenizer.json/,
    ],
    [
      'has a charsmap cut short',
      { 'tokenizer.json': small({ normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAB' } }) },
      /tokenizer.json/,
    ],
    [
      'has settings that are none',
      { 'tokenizer.json': small(), 'tokenizer_config.json': '{' },
      /tokenizer_config.json is not JSON/,
    ],
  ];

  it.each(wrong)('%s', (_, files, message) => {
    let said = '';
    try {
      openTokenizer(folderWith({ 'tokenizer_config.json': { eos_token: '<|endoftext|>' }, ...files }));
    } catch (error) {
      expect(error).toMatchObject({
        name: 'UserError',
        code: expect.stringMatching(/^tokenizer\./) as unknown,
      });
      said = error instanceof Error ? error.message : '';
    }
    expect(said).toMatch(message);
    expect(said).not.toContain('\n');
  });

  it('is not there', () => {
    expect(() => openTokenizer(join(home, 'none'))).toThrow(
      /none does not exist: name the folder of a model/,
    );
  });
});

const home = mkdtempSync(join(tmpdir(), 'credence-tokenizers-'));
afterAll(() => rmSync(home, { recursive: true }));

function folderWith(files: Record<string, object | string>): string {
  const folder = mkdtempSync(join(home, 'model-'));
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

/** A tokenizer of four tokens, with some fields changed. */
function small(fields: object = {}): object {
  const vocab = { a: 0, b: 1, ab: 2, '<|endoftext|>': 3 };
  return {
    model: { type: 'BPE', vocab, merges: ['a b'] },
    added_tokens: [{ id: 3, content: '<|endoftext|>', special: true }],
    ...fields,
  };
}
