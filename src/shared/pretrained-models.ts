/** Pre-trained models as people are told about them. */
import { sizeText } from './counting.ts';

/** What a machine has room for, in bytes. */
export interface MachineMemory {
  /** That can be taken now. */
  free: number;
  /** That the container may use at most; null where nothing limits it. */
  limit: number | null;
}

/** Bytes that training a run takes, and that are free here. */
export interface RunMemory {
  needed: number;
  free: number;
}

/** What {@link RunMemory} says, as a sentence without its end. */
export function memoryText({ needed, free }: RunMemory): string {
  const verdict = needed > free ? ': too much' : '';
  return `training a run takes about ${sizeText(needed)} of memory, ${sizeText(free)} are free here${verdict}`;
}

export interface ModelFacts {
  /** `model_type` of config.json. */
  architecture: string;
  parameters: number;
  /** Bytes of weights on the disk. */
  bytes: number;
  /** Types of the floating-point tensors, for example `["BF16"]`. */
  dtypes: string[];
  /** Tokens that have an embedding; null where the config does not say. */
  vocabulary: number | null;
  tokenizer: boolean;
  /** Whether the architecture can be trained here. */
  supported: boolean;
  /** Bytes of memory that training and answering take. */
  memory: { training: number; evaluation: number };
}

export interface LocalModel {
  name: string;
  from: 'cache' | 'folder';
  path: string;
  /** Commit of the Hub; null for a folder. */
  revision: string | null;
  refs: string[];
  /** What is known of a model that opens; null otherwise. */
  facts: ModelFacts | null;
  /** Why it does not open; null where it does. */
  problem: string | null;
}

/** A model, and whether the memory that is free now is enough for it. */
export interface ListedModel extends LocalModel {
  /** Null for a model that does not open. */
  fits: { training: boolean; evaluation: boolean } | null;
}

/** The models of a machine. */
export interface MachineModels {
  /** Folder of the Hub cache. */
  cache: string;
  /** Folders that were looked at beside it. */
  folders: string[];
  memory: MachineMemory;
  models: ListedModel[];
}

/** What a fetch from the Hub would bring. */
export interface HubPlan {
  /** For example `EleutherAI/pythia-70m-deduped`. */
  name: string;
  /** The commit that every file is taken at. */
  revision: string;
  /** For example `huggingface.co`. */
  host: string;
  /** Folder of the model in the cache. */
  folder: string;
  files: { path: string; size: number }[];
  /** Of all files. */
  bytes: number;
  /** Of these, not here yet. */
  missing: number;
}

/** How far a fetch is; `gained` is what came within `seconds`: what was here before says nothing about speed. */
export interface Fetched {
  done: number;
  total: number;
  gained: number;
  seconds: number;
}

/** @returns bytes per second, and seconds that are left; null while nothing has come */
export function fetchPace({ done, total, gained, seconds }: Fetched): { rate: number; left: number } | null {
  if (gained <= 0 || seconds <= 0) return null;
  const rate = gained / seconds;
  return { rate, left: (total - done) / rate };
}
