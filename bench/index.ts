/** `npm run bench`: training steps per second of Credence's engines and of PyTorch on this machine. */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { describeEngines } from '#lab/engines/index.ts';
import { engineRunner, torchRunner, type Runner } from './contenders.ts';
import { measure } from './measure.ts';
import { peakOf, productFlops } from './peak.ts';
import { measureQuickstart, QUICKSTART } from './quickstart.ts';
import { fail } from './options.ts';
import { joined, measurementOf, type Measurement } from './rows.ts';
import { SHAPES } from './shapes.ts';
import { rounded } from './statistics.ts';
import { table } from './table.ts';
import { findTorches, INSTALL, type Torch } from './torch.ts';

const NAMES = [...SHAPES.map(({ name }) => name), QUICKSTART];

const HELP = `Usage: npm run bench -- [options]

Training steps per second of Credence's engines and of PyTorch, on the same model, data and loss. Everything
takes turns, round after round; what is printed are medians. Each is measured with one thread, with all
cores, and as one process per core; the best counts.
Others: \`npm run bench -- app --help\` (the app with a large history), \`answers\` (kept answers), \`memory\` (a long training), \`seeds\`
(many seeds against few), \`pretrained\` (a real pre-trained model, training and answering), \`profile\` (where the time of a step goes), \`gpu\` (all of it on a graphics card).

  --json             print {machine, rows, settings} instead of a table
  --shape <name>     measure only this: ${NAMES.join(', ')} (may be repeated)
  --rounds <n>       rounds (default 5; the quick start takes two at most)
  --seconds <n>      seconds per round and setting (default 2)
  --seeds <n>        seeds of the quick start, which is measured from start to end (default 2; the preset has 6)
  --reference        measure the reference engine too (very slow)
  --no-peers         leave PyTorch out
  --no-compile       leave torch.compile out, which takes minutes to start
  --help             show this

CREDENCE_TORCH names Python interpreters with PyTorch, separated like PATH; else python3 is tried.
`;

function parse() {
  try {
    return parseArgs({
      allowNegative: true,
      options: {
        json: { type: 'boolean', default: false },
        shape: { type: 'string', multiple: true },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '2' },
        seeds: { type: 'string', default: '2' },
        reference: { type: 'boolean', default: false },
        peers: { type: 'boolean', default: true },
        compile: { type: 'boolean', default: true },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

/** Benchmarks with options of their own, by the word that names them. */
const OTHERS: Record<string, () => Promise<(args: string[]) => Promise<void>>> = {
  app: async () => (await import('./app/index.ts')).benchApp,
  history: async () => (await import('./history/index.ts')).benchHistory,
  memory: async () => (await import('./memory.ts')).benchMemory,
  answers: async () => (await import('./answers.ts')).benchAnswers,
  seeds: async () => (await import('./seeds.ts')).benchSeeds,
  gpu: async () => (await import('./gpu/index.ts')).benchGpu,
  profile: async () => (await import('./profile.ts')).benchProfile,
  pretrained: async () => (await import('./pretrained/index.ts')).benchPretrained,
};

const other = Object.hasOwn(OTHERS, process.argv[2] ?? '') ? OTHERS[process.argv[2]] : null;
if (other) {
  const run = await other();
  await run(process.argv.slice(3));
  process.exit();
}

const args = parse();
const progress = (message: string) => console.error(message);

function positive(option: 'rounds' | 'seconds' | 'seeds'): number {
  const value = Number(args[option]);
  const kind = option === 'seconds' ? 'number' : 'whole number';
  const isKind = option === 'seconds' || Number.isInteger(value);
  return value > 0 && isKind ? value : fail(`--${option} is ${args[option]}; give a ${kind} above 0.`);
}

function isChosen(name: string): boolean {
  return args.shape?.includes(name) ?? true;
}

function checkShapes(): void {
  const unknown = args.shape?.find((name) => !NAMES.includes(name));
  if (unknown) fail(`--shape is ${unknown}; choose from ${NAMES.join(', ')}.`);
}

/** torch.compile came with PyTorch 2. */
function peerRunners(torches: readonly Torch[]): Runner[] {
  const compiling = torches.filter(({ version }) => args.compile && Number.parseInt(version) >= 2);
  return [
    ...torches.map((torch) => torchRunner(torch, false)),
    ...compiling.map((torch) => torchRunner(torch, true)),
  ];
}

function machine(torches: readonly Torch[]) {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_gib: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    torch: torches.map(({ version }) => version),
  };
}

/** PyTorch's newest version that was found. */
function newest(torches: readonly Torch[]): Torch | null {
  const order = new Intl.Collator('en', { numeric: true });
  return torches.toSorted((a, b) => order.compare(a.version, b.version)).at(-1) ?? null;
}

async function measureAll(torches: readonly Torch[]): Promise<Measurement> {
  const common = { rounds: positive('rounds'), cores: availableParallelism(), progress };
  const known = await describeEngines();
  const engines = known.filter(({ id, available }) => available && (id !== 'reference' || args.reference));
  const runners = [...engines.map(({ id }) => engineRunner(id)), ...peerRunners(torches)];
  const options = { ...common, runners, seconds: positive('seconds') };
  const shapes = SHAPES.filter(({ name }) => isChosen(name));
  const measured = await withShares(await measure(shapes, options));
  if (!isChosen(QUICKSTART)) return measured;
  const rounds = Math.min(2, common.rounds);
  const whole = await measureQuickstart({
    ...common,
    rounds,
    torch: newest(torches),
    seeds: positive('seeds'),
  });
  return joined([measured, measurementOf(QUICKSTART, whole)]);
}

/** Adds to each row what share of the machine's peak its matrix products are, counted as Credence traces them. */
async function withShares({ rows, settings }: Measurement): Promise<Measurement> {
  if (rows.length === 0) return { rows, settings };
  progress('matrix products of 1024 × 1024 on all cores');
  const peak = await peakOf(availableParallelism());
  const flops = new Map<string, number>();
  for (const { name, work } of SHAPES.filter(({ name }) => isChosen(name)))
    flops.set(name, productFlops(await work()));
  return {
    rows: rows.map((row) => ({
      ...row,
      matmul_share: rounded(((flops.get(row.shape) ?? 0) * row.steps_per_s) / peak),
    })),
    settings,
  };
}

async function main(): Promise<void> {
  if (args.help) return console.log(HELP);
  checkShapes();
  for (const option of ['rounds', 'seconds', 'seeds'] as const) positive(option);
  const torches = args.peers ? findTorches() : [];
  const { rows, settings } = await measureAll(torches);
  const isMissing = args.peers && torches.length === 0;
  if (isMissing) progress(INSTALL);
  const noted = isMissing ? rows.map((row) => ({ ...row, note: INSTALL })) : rows;
  const result = { machine: machine(torches), rows: noted, settings };
  console.log(args.json ? JSON.stringify(result, null, 2) : table(result));
}

await main();
