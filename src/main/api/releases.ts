/** API: whether there is a newer release; asked once a day, and only by those who turned that on. */
import { z } from 'zod';
import type { ReleaseReplies } from '#shared/api/releases.ts';
import type { Handlers } from '#shared/contract.ts';
import { toWireError } from '#shared/errors.ts';
import { isNewer, type ReleaseCheck, type ReleaseState } from '#shared/releases.ts';
import type { History } from '../history/history.ts';
import { credenceVersion } from '../resources.ts';
import type { Context } from './context.ts';
import { readSettings } from '../settings.ts';

const KEY = 'release-check';
/** Milliseconds. */
const DAY = 86_400_000;
const LOOK_EVERY = 3_600_000;

const checkSchema = z.object({
  asked_at: z.number(),
  version: z.string().nullable(),
  problem: z.string().nullable(),
});

type Kept = Pick<Context, 'history' | 'emit' | 'warn'>;

/** Asks where it is wanted and is due: at the start, each hour, and when it is turned on. */
export interface ReleaseWatch {
  look: () => void;
  end: () => void;
}

export function releaseHandlers({ history }: Pick<Context, 'history'>): Pick<Handlers, keyof ReleaseReplies> {
  return { 'releases.state': () => releaseState(history) };
}

export function watchReleases(context: Kept): ReleaseWatch {
  const ended = new AbortController();
  let asking = false;
  const look = () => {
    if (asking || !isDue(context.history)) return;
    asking = true;
    void ask(context, ended.signal).finally(() => (asking = false));
  };
  look();
  const again = setInterval(look, LOOK_EVERY).unref();
  return {
    look,
    end: () => {
      clearInterval(again);
      ended.abort();
    },
  };
}

function isDue(history: History): boolean {
  if (!readSettings(history).check_updates) return false;
  const last = lastCheck(history);
  return last === null || Math.abs(Date.now() - last.asked_at) >= DAY;
}

/** An answer that does not come is kept too: no network is nothing to trouble anybody with. */
async function ask({ history, emit, warn }: Kept, signal: AbortSignal): Promise<void> {
  try {
    const check = await checkNow(signal);
    if (signal.aborted) return;
    history.writeSetting(KEY, check);
    emit('release', await releaseState(history));
  } catch (error) {
    if (!signal.aborted) warn(`Whether there is a newer release is not kept. ${toWireError(error).message}`);
  }
}

async function checkNow(signal: AbortSignal): Promise<ReleaseCheck> {
  const asked_at = Date.now();
  try {
    const { newestRelease } = await import('../network/newest-release.ts');
    return { asked_at, version: await newestRelease(signal), problem: null };
  } catch (error) {
    return { asked_at, version: null, problem: toWireError(error).message };
  }
}

async function releaseState(history: History): Promise<ReleaseState> {
  const { releaseAddress } = await import('../network/newest-release.ts');
  const current = credenceVersion();
  const last = lastCheck(history);
  const newer = last?.version && isNewer(last.version, current) ? last.version : null;
  return { current, address: releaseAddress(), last, newer };
}

function lastCheck(history: History): ReleaseCheck | null {
  const kept = checkSchema.safeParse(history.readSetting(KEY));
  return kept.success ? kept.data : null;
}
