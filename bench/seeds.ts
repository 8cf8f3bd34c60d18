/** `npm run bench -- seeds`: the wall time of many seeds of the quick start against few. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SOURCES } from '#test/credence.ts';
import { finished, seconds } from './commands.ts';
import { readCounts } from './options.ts';
import { median, spread } from './statistics.ts';

const HELP = `Usage: npm run bench -- seeds [options]

Times \`credence run pocket\` from start to end with few and with many seeds, in turns. Epochs are cut alike for
both, so that it takes minutes; what does not shrink with them (start-up, data) counts all the more.

  --json          print {few, many, rounds, ratio, spread} instead of a line
  --few <n>       seeds (default 5)
  --many <n>      seeds (default 20)
  --epochs <n>    epochs of each stage (default 3; the preset has 12, 24 and 12)
  --together <n>  seeds trained in one graph (default 1)
  --rounds <n>    rounds (default 3)
  --help          show this
`;

interface Work {
  epochs: number;
  together: number;
}

async function timed(seeds: number, { epochs, together }: Work): Promise<number> {
  const home = mkdtempSync(path.join(tmpdir(), 'credence-bench-'));
  const cut = ['stage0', 'stage1', 'stage2'].flatMap((stage) => [
    '--set',
    `training.${stage}.epochs=${epochs}`,
  ]);
  const args = ['run', 'pocket', '--json', '--seeds', String(seeds), '--together', String(together), ...cut];
  try {
    return await seconds(async () => {
      await finished(process.execPath, [SOURCES, ...args], { CREDENCE_HOME: home });
    });
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** @param args of the command line after `seeds` */
export async function benchSeeds(args: string[]): Promise<void> {
  const read = readCounts(args, { few: 5, many: 20, epochs: 3, together: 1, rounds: 3 }, HELP);
  if (!read) return;
  const { few, many, rounds, ...work } = read.counts;
  const times: { few: number; many: number }[] = [];
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}: ${few} seeds, then ${many}`);
    times.push({ few: await timed(few, work), many: await timed(many, work) });
  }
  const ratios = times.map((time) => time.many / time.few);
  const result = { few, many, ...work, rounds: times, ratio: median(ratios), spread: spread(ratios) };
  console.log(read.json ? JSON.stringify(result, null, 2) : sentence(result));
}

function sentence({ few, many, rounds, ratio, spread }: Result): string {
  const of = (which: 'few' | 'many') => median(rounds.map((round) => round[which])).toFixed(1);
  return (
    `${many} seeds took ${ratio.toFixed(2)} times as long as ${few} ` +
    `(${of('many')} s against ${of('few')} s, medians; spread ${(100 * spread).toFixed(0)} %)`
  );
}

interface Result {
  few: number;
  many: number;
  rounds: { few: number; many: number }[];
  ratio: number;
  spread: number;
}
