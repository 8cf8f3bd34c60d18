/**
 * Which process owns a run, and whether it still lives. A process id alone is not enough (ids are
 * reused), so an owner also carries a start marker: on Linux the boot id, the process-id namespace and
 * the start time in clock ticks (proc(5), field 22 of `/proc/<pid>/stat`); elsewhere nothing. An owner of another
 * boot or namespace may be another machine or container, where only its heartbeat tells.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

export interface Owner {
  pid: number;
  /** `<boot id> <pid namespace> <host name> <start ticks>`, or null where the system does not tell. */
  start: string | null;
}

/**
 * An owner that cannot be looked at counts as gone when its last sign of life is older than this: twelve
 * heartbeats, so that clocks may differ by a minute. Where they differ by more, the owner takes its runs back.
 */
const STALE_AFTER_MS = 120_000;

/** This process as an owner. */
export function currentOwner(): Owner {
  return { pid: process.pid, start: startMarker(process.pid) };
}

/**
 * Whether an owner still runs.
 * @param heartbeatAt its last sign of life (ISO time), for owners that cannot be looked at
 */
export function isAlive(owner: Owner, heartbeatAt: string | null): boolean {
  const here = startMarker(process.pid);
  if (owner.start === null || here === null) return processExists(owner.pid) && isFresh(heartbeatAt);
  const [boot, namespace] = owner.start.split(' ');
  const [ownBoot, ownNamespace] = here.split(' ');
  // Another machine or container, or this one before it was started anew: process ids mean nothing here.
  if (boot !== ownBoot) return ageOf(heartbeatAt) < STALE_AFTER_MS;
  if (namespace !== ownNamespace) return isFresh(heartbeatAt);
  return ticksOf(startMarker(owner.pid)) === ticksOf(owner.start);
}

/** Where an owner is, in words: `process 12 on this machine`. */
export function whereabouts({ pid, start }: Owner, heartbeatAt: string | null): string {
  const [boot, namespace, host] = start?.split(' ') ?? [];
  const [ownBoot, ownNamespace] = startMarker(process.pid)?.split(' ') ?? [];
  if (start === null || (boot === ownBoot && namespace === ownNamespace))
    return `process ${pid} on this machine`;
  const seconds = Math.max(0, Math.round(ageOf(heartbeatAt) / 1000));
  return `process ${pid} on another machine or container (${host}; last sign of life ${seconds} s ago)`;
}

/** The last part: an older version wrote no host name. */
const ticksOf = (start: string | null) => start?.split(' ').at(-1);

/** Milliseconds since a sign of life; none was never. */
function ageOf(heartbeatAt: string | null): number {
  return heartbeatAt === null ? Infinity : Date.now() - Date.parse(heartbeatAt);
}

function isFresh(heartbeatAt: string | null): boolean {
  const age = ageOf(heartbeatAt);
  return age < STALE_AFTER_MS && age < uptime() * 1000;
}

function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function startMarker(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const namespace = readlinkSync('/proc/self/ns/pid');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name (field 2) may hold spaces and brackets: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie no longer does anything.
    return fields[0] === 'Z' ? null : `${boot} ${namespace} ${hostname()} ${fields[19]}`;
  } catch {
    return null;
  }
}
