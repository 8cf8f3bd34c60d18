/** Kinds of values that several parts of the config share. */
import { z } from 'zod';

/** The largest seed: seeds are unsigned 32-bit numbers. */
export const MAX_SEED = 2 ** 32 - 1;

export const count = (max = 10_000_000) => z.int().min(1).max(max);
export const share = z.number().min(0).max(1);
/** A name or a path; null leaves it to what the field says. */
export const namedOrNull = z.string().min(1).nullable().default(null);
export const seed = z.int().min(0).max(MAX_SEED);
