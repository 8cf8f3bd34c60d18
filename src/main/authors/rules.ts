/** The form of the key tables: what the authors' code takes a key for, and what becomes of it here. */
import type { AuthorsFate } from '#shared/authors.ts';

export type Value = string | number | boolean | null;
export type Values = Readonly<Record<string, Value>>;

/** What a key becomes, with the reason or how it is understood. */
export interface Verdict {
  fate: AuthorsFate;
  /** Our fields; `{stage}` stands for the stages in which the value counts. */
  to: string[];
  note: string;
}

/** What must be known of a file to judge its keys. */
export interface Situation {
  dataset: 'cvdb' | 'trex' | 'set_inclusion' | 'modular';
  /** Values of all keys in the stage concerned, defaults filled in. */
  values: Values;
  /** Stages that the authors' code trains. */
  nStages: number;
  /** Whether the value counts in a stage whose checkpoints stage 2 starts from. */
  beforeStage2: boolean;
  /** What of the order of the stages cannot be had here; empty for nothing. */
  order: string;
}

export interface KeyRule {
  /** What the authors' code expects. */
  type: 'whole' | 'number' | 'flag' | 'text';
  /** What it takes where the file says nothing. */
  default: Value;
  verdict: (value: Value, file: Situation) => Verdict;
}

/** The keys of one part of the file. */
export type KeyTable = Record<string, KeyRule>;

type Judge = KeyRule['verdict'];

export const mapped =
  (to: string | string[], note = ''): Judge =>
  () => ({ fate: 'mapped', to: [to].flat(), note });
const unsupported =
  (note: string): Judge =>
  () => ({ fate: 'unsupported', to: [], note });
export const ignored =
  (note: string): Judge =>
  () => ({ fate: 'ignored', to: [], note });

/** Ignored at the value that switches it off, unsupported at any other. */
export const unless =
  (off: readonly Value[], reason: string): Judge =>
  (value, file) =>
    (off.includes(value) ? ignored('at the value that changes nothing') : unsupported(reason))(value, file);

/** One verdict for questions about entities (CVDB, T-REx), another for the numeric experiments. */
export const inEntities = (entities: Judge, numeric = ignored('only used about entities')): Judge => {
  return (value, file) => (isNumeric(file) ? numeric : entities)(value, file);
};
export const inNumeric = (numeric: Judge): Judge =>
  inEntities(ignored('only used in the numeric experiments'), numeric);
export const inSetInclusion = (judge: Judge): Judge =>
  inNumeric((value, file) =>
    (file.dataset === 'set_inclusion' ? judge : ignored('fixed in the modular experiment'))(value, file),
  );

/** Whether training begins with a pre-trained model. */
export const isPretrained = ({ values }: Situation): boolean => values['model_name_or_path'] !== null;

/** One verdict where the model is pre-trained, another where it is learnt from scratch. */
export const ifPretrained =
  (pretrained: Judge, scratch: Judge): Judge =>
  (value, file) =>
    (isPretrained(file) ? pretrained : scratch)(value, file);

export function isNumeric({ dataset }: Pick<Situation, 'dataset'>): boolean {
  return dataset === 'set_inclusion' || dataset === 'modular';
}

export const whole = (value: number | null, verdict: Judge): KeyRule => ({
  type: 'whole',
  default: value,
  verdict,
});
export const number = (value: number | null, verdict: Judge): KeyRule => ({
  type: 'number',
  default: value,
  verdict,
});
export const flag = (value: boolean, verdict: Judge): KeyRule => ({ type: 'flag', default: value, verdict });
export const text = (value: string | null, verdict: Judge): KeyRule => ({
  type: 'text',
  default: value,
  verdict,
});

/** For a switch that decides something only where it is on. */
export const ifOn =
  (on: Judge): Judge =>
  (value, file) =>
    (value === true ? on : ignored('switched off'))(value, file);
