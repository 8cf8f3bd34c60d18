import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '#test/credence.ts';
import { machineMemory } from './machine-memory.ts';

const GB = 1e9;
const FREE = 100 * GB;

function rootWith(files: Record<string, string>): string {
  const root = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

const group = (folder: string, limit: string, used: number, cached: number) => ({
  [`sys/fs/cgroup${folder}/memory.max`]: `${limit}\n`,
  [`sys/fs/cgroup${folder}/memory.current`]: `${used}\n`,
  [`sys/fs/cgroup${folder}/memory.stat`]: `anon 1\ninactive_file ${cached}\n`,
});

it('is what the machine has free where nothing limits', () => {
  expect(machineMemory(rootWith({}), FREE)).toEqual({ free: FREE, limit: null });
  const open = { 'proc/self/cgroup': '0::/a\n', ...group('/a', 'max', GB, 0) };
  expect(machineMemory(rootWith(open), FREE)).toEqual({ free: FREE, limit: null });
});

it('is what the tightest group leaves, without what is only cached', () => {
  const files = {
    'proc/self/cgroup': '0::/a/b\n',
    ...group('/a/b', String(1.5 * GB), 0.25 * GB, 0),
    ...group('/a', String(1 * GB), 0.75 * GB, 0.5 * GB),
    ...group('', 'max', 0, 0),
  };
  expect(machineMemory(rootWith(files), FREE)).toEqual({ free: 0.75 * GB, limit: GB });
  expect(machineMemory(rootWith(files), 0.5 * GB)).toEqual({ free: 0.5 * GB, limit: GB });
});

it('finds the limit of a container that sees its own group as the root', () => {
  const files = { 'proc/self/cgroup': '0::/docker/x\n', ...group('', String(GB), 2 * GB, 0) };
  expect(machineMemory(rootWith(files), FREE)).toEqual({ free: 0, limit: GB });
});

it('reads the older control groups too', () => {
  const files = {
    'proc/self/cgroup': '11:cpu,cpuacct:/x\n4:memory:/x\n',
    'sys/fs/cgroup/memory/x/memory.limit_in_bytes': String(GB),
    'sys/fs/cgroup/memory/x/memory.usage_in_bytes': String(0.5 * GB),
    'sys/fs/cgroup/memory/x/memory.stat': `total_inactive_file ${0.25 * GB}\n`,
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
  };
  expect(machineMemory(rootWith(files), FREE)).toEqual({ free: 0.75 * GB, limit: GB });
});
