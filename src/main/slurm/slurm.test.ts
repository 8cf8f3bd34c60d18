import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '#shared/resolve-config.ts';
import { plannedRuns } from '#shared/planned-runs.ts';
import type { RunRecord } from '#shared/records.ts';
import { slurmOptionsSchema, slurmPlaceSchema, type JobRecord } from '#shared/slurm.ts';
import { tasksOf } from './plan.ts';
import { readTasks } from './scheduler.ts';
import { arrayText, scriptOf } from './script.ts';
import { endText, standingOf, waitingText } from './words.ts';

const options = (given: object = {}) => slurmOptionsSchema.parse(given);

const jobWith = (given: object): JobRecord => ({
  ...{
    id: 3,
    uid: '0a1b2c3d-4e5f-6789-abcd-ef0123456789',
    name: 'a sweep',
    created_at: '2026-11-29T00:00:00Z',
  },
  place: slurmPlaceSchema.parse({ folder: '/scratch/a b', command: ['/opt/my node/node', 'credence.js'] }),
  ...{ options: options(given), state: 'live', asked_at: null, error: null, tasks: [] },
});

describe('tasksOf', () => {
  const planned = (seeds: number, experiment: number, stage2: number[] | null) => {
    const all = Array.from({ length: seeds }, (_, i) => i);
    const config = resolveConfig({ seeds: all, ...(stage2 && { seeds_stage2: stage2 }) });
    return plannedRuns(config).map((run, i) => ({
      run: { ...run, id: experiment * 1000 + i, experiment } as RunRecord,
      config,
    }));
  };

  it('gives every run to one task, seeds of one experiment, a seed never to two tasks', () => {
    const several = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean()), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(
        several,
        fc.integer({ min: 1, max: 8 }),
        fc.option(fc.integer({ min: 1, max: 20 })),
        (all, cpus, seeds_per_task) => {
          const runs = all.flatMap(([seeds, nested], i) => planned(seeds, i + 1, nested ? [1, 2] : null));
          const tasks = tasksOf(runs, { cpus, seeds_per_task });
          expect(
            tasks
              .flat()
              .map(({ run }) => run.id)
              .toSorted(),
          ).toEqual(runs.map(({ run }) => run.id).toSorted());
          const seen = new Set<string>();
          for (const own of tasks) {
            expect(new Set(own.map(({ run }) => run.experiment)).size).toBe(1);
            const seeds = new Set(own.map(({ run }) => run.seed));
            expect(seeds.size).toBeLessThanOrEqual(seeds_per_task ?? cpus);
            for (const seed of seeds) {
              const key = `${own[0].run.experiment} ${seed}`;
              expect(seen.has(key)).toBe(false);
              seen.add(key);
            }
          }
        },
      ),
    );
  });
});

describe('scriptOf', () => {
  it('asks for what was wished, and for nothing else', () => {
    const wished = {
      partition: 'gpu',
      gres: 'gpu:1',
      time: '1-12:00:00',
      cpus: 4,
      memory: '8G',
      array_limit: 2,
      more: ['--qos=high'],
    };
    const lines = scriptOf(
      jobWith({ ...wished, setup: ['module load cuda'] }),
      '/scratch/a b/job',
      [0, 1, 2, 5],
    ).split('\n');
    const asked = lines.filter((line) => line.startsWith('#SBATCH')).map((line) => line.slice(8));
    expect(asked).toEqual([
      ...[
        '--job-name=credence-0a1b2c3d-4e5f',
        '--array=0-2,5%2',
        '--chdir="/scratch/a b/job"',
        '--output=log/task-%a.txt',
      ],
      ...['--open-mode=append', '--signal=B:USR2@120', '--requeue', '--ntasks=1', '--cpus-per-task=4'],
      ...['--partition=gpu', '--gres=gpu:1', '--time=1-12:00:00', '--mem=8G', '--qos=high'],
    ]);
    expect(lines).toContain('module load cuda');
    expect(scriptOf(jobWith({}), '/j', [0])).not.toMatch(/partition|account|gres|--time|--mem/);
  });

  it('is a script whatever folder and image are called', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ minLength: 1 }),
        (folder, image) => {
          const clean = (text: string) => text.replaceAll(/[\r\n\0]/g, '') || 'x';
          const script = scriptOf(jobWith({ container: clean(image) }), `/tmp/${clean(folder)}`, [0]);
          const printed = script.replace(/^exec /m, `printf '%s\\n' `);
          const words = execFileSync('sh', ['-c', printed], {
            env: { SLURM_ARRAY_TASK_ID: '7' },
            encoding: 'utf8',
          })
            .trimEnd()
            .split('\n');
          expect(words).toEqual([
            ...['apptainer', 'exec', '--bind', `/tmp/${clean(folder)}`, clean(image)],
            ...['/opt/my node/node', 'credence.js', 'slurm', 'task', `/tmp/${clean(folder)}`, '7'],
          ]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('writes numbers of tasks as spans that mean the same numbers', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60), { minLength: 1 }), (numbers) => {
        const read = arrayText(numbers)
          .split(',')
          .flatMap((span) => {
            const [from, to = from] = span.split('-').map(Number);
            return Array.from({ length: to - from + 1 }, (_, i) => from + i);
          });
        expect(read).toEqual(numbers.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('what is asked', () => {
  it.each([
    [{ partition: 'a\nb' }, 'partition'],
    [{ account: '$(touch x)' }, 'account'],
    [{ time: 'soon' }, 'time'],
    [{ memory: '4 GB' }, 'memory'],
    [{ cpus: 0 }, 'cpus'],
    [{ setup: ['a\n#SBATCH --x'] }, 'setup'],
    [{ more: ['rm -rf /'] }, 'more'],
    [{ other: 1 }, undefined],
  ])('refuses %j', (given, field) => {
    const parsed = slurmOptionsSchema.safeParse(given);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues[0].path[0]).toBe(field);
  });

  it.each(['90', '04:00', '04:00:00', '1-12', '1-12:30', '1-12:30:00'])('takes the time %s', (time) => {
    expect(options({ time }).time).toBe(time);
  });

  it('takes no host for an option of ssh', () => {
    for (const host of ['-oProxyCommand=x', 'a b', ''])
      expect(slurmPlaceSchema.safeParse({ host, folder: '/x', command: ['credence'] }).success).toBe(false);
  });
});

describe('what Slurm says', () => {
  it('is read: of a task that was sent again, the last; other lines are none', () => {
    const text =
      '12_0|TIMEOUT|None|n1\n15_0|RUNNING|None|n2\n12_1|CANCELLED by 1000|0:15|None assigned\n12_[2-5]|PENDING|Priority|\nslurm: hello\n';
    const seen = readTasks(text);
    expect([...seen.keys()]).toEqual([0, 1]);
    expect(seen.get(0)).toEqual({ id: '15_0', index: 0, state: 'RUNNING', detail: 'None', node: 'n2' });
    expect(seen.get(1)?.state).toBe('CANCELLED');
    fc.assert(fc.property(fc.string(), (any) => void readTasks(any)));
  });

  it('is said in words', () => {
    expect(waitingText('Priority')).toBe('waits for its turn: others come first');
    expect(waitingText('QOSMaxJobsPerUserLimit')).toContain('limit of your account');
    expect(waitingText('SomethingNew')).toBe('waits (SomethingNew)');
    const end = (state: string, detail = 'None') =>
      endText(jobWith({ time: '90', memory: '4G' }), { id: '1_0', index: 0, state, detail, node: 'n7' });
    expect(end('TIMEOUT')).toBe('ran into its time limit on n7 (90); what it had saved is kept');
    expect(end('OUT_OF_MEMORY')).toContain('ran out of memory on n7 (4G); ask for more');
    expect(end('NODE_FAIL')).toContain('lost its node');
    expect(end('FAILED', '3:0')).toBe('failed on n7 (FAILED, exit code 3); look at its log');
    expect(['PENDING', 'COMPLETING', 'PREEMPTED'].map(standingOf)).toEqual(['waits', 'runs', 'over']);
  });
});
