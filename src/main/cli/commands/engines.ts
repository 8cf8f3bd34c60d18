import type { EngineDescription } from '#shared/engines.ts';
import { sizeText } from '#shared/counting.ts';
import { surveyEngines } from '../../engines/survey.ts';
import { forkTrainer } from '../../runs/fork-link.ts';
import { bold, dim, green, print, printJson } from '../output.ts';

/** `credence engines`. */
export async function enginesCommand(options: { json?: boolean }): Promise<void> {
  const engines = await surveyEngines(forkTrainer);
  if (options.json) return printJson(engines);
  for (const engine of engines) printEngine(engine);
  print(
    '\nChoose one with --engine or the config field "engine". auto takes the fastest that works: where there are\n' +
      'several, it measures them on the steps of the experiment before its first run, once.',
  );
}

function printEngine(engine: EngineDescription): void {
  const { id, available, detail, reason, never_auto, buffer_limit, mixed, mixed_reason } = engine;
  const name = bold(id.padEnd(12));
  if (available) print(`${name} ${green('works')}    ${detail}`);
  else print(`${name} ${dim('missing')}  ${reason}`);
  if (available && never_auto) print(`${' '.repeat(22)}${dim(`auto never takes it: ${never_auto}`)}`);
  if (available && buffer_limit)
    print(`${' '.repeat(22)}${dim(`weights beyond ${sizeText(buffer_limit)} are kept in blocks`)}`);
  if (available)
    print(`${' '.repeat(22)}${dim(`mixed precision: ${mixed ? 'works' : `no, ${mixed_reason}`}`)}`);
}
