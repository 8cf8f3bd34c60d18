/** How much memory there is for us: what the machine has free, and what a container lets us use. */
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import path from 'node:path';
import type { MachineMemory } from '#shared/pretrained-models.ts';

/** The two generations of Linux control groups: where their files lie, and what these are called. */
const VERSIONS = [
  {
    line: /^0::(.*)$/m,
    folder: 'sys/fs/cgroup',
    limit: 'memory.max',
    used: 'memory.current',
    cached: /^inactive_file (\d+)$/m,
  },
  {
    line: /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m,
    folder: 'sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    cached: /^total_inactive_file (\d+)$/m,
  },
];

/** @param root of the file system; @param machine what the machine has, both for tests */
export function machineMemory(root = '/', machine = machineFree()): MachineMemory {
  const groups = VERSIONS.flatMap((version) => limitsOf(root, version));
  // No limit is told as "max", or as a number beyond any machine.
  const limits = groups.filter(({ limit }) => limit < totalmem());
  return {
    free: Math.max(0, Math.min(machine, ...limits.map(({ limit, used }) => limit - used))),
    limit: limits.length === 0 ? null : Math.min(...limits.map(({ limit }) => limit)),
  };
}

/** macOS counts what it can give back at once as used, so that only the whole is known. */
function machineFree(): number {
  return process.platform === 'darwin' ? totalmem() : freemem();
}

/** The limit of our group and of each group around it, with what is used; file caches do not count, they give way. */
function limitsOf(root: string, version: (typeof VERSIONS)[number]): { limit: number; used: number }[] {
  const group = version.line.exec(read(path.join(root, 'proc/self/cgroup')))?.[1];
  if (group === undefined) return [];
  const base = path.join(root, version.folder);
  return ancestors(group)
    .map((folder) => path.join(base, folder))
    .map((folder) => ({
      limit: Number.parseInt(read(path.join(folder, version.limit)), 10),
      used:
        (Number.parseInt(read(path.join(folder, version.used)), 10) || 0) -
        Number(version.cached.exec(read(path.join(folder, 'memory.stat')))?.[1] ?? 0),
    }))
    .filter(({ limit }) => Number.isFinite(limit));
}

/** `/a/b` → `/a/b`, `/a`, `/`. */
function ancestors(group: string): string[] {
  const parts = group.split('/').filter((part) => part !== '' && part !== '..');
  return parts.map((_, at) => `/${parts.slice(0, parts.length - at).join('/')}`).concat('/');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
