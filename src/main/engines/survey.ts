/** What this machine can compute with, each engine that is installed tried in a process of its own. */
import { absentEngine } from '#lab/engines/index.ts';
import { ENGINE_IDS, type EngineDescription, type EngineId } from '#shared/engines.ts';
import { toWireError } from '#shared/errors.ts';
import type { WorkerLink } from '../runs/worker-link.ts';
import { ask } from './ask.ts';

/** Milliseconds until an engine that does not answer counts as broken. */
const TIMEOUT = 60_000;

async function describe(id: EngineId, launch: () => WorkerLink): Promise<EngineDescription> {
  try {
    const absent = absentEngine(id);
    if (absent) return absent;
    const answer = await ask({ type: 'describe', engine: id }, { launch, timeout: TIMEOUT });
    if (answer.type === 'described') return answer.engine;
    throw new Error(`an engine was asked for, and the answer was ${answer.type}`);
  } catch (error) {
    return { id, available: false, detail: '', reason: toWireError(error).message, mixed: false };
  }
}

/** Every engine, in the order of `ENGINE_IDS`. */
export function surveyEngines(launch: () => WorkerLink): Promise<EngineDescription[]> {
  return Promise.all(ENGINE_IDS.map((id) => describe(id, launch)));
}
