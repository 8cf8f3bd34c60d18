import { expect, it } from 'vitest';
import { absentEngine, describeEngine } from '#lab/engines/index.ts';
import { ENGINE_IDS } from '#shared/engines.ts';
import { forkTrainer } from '../runs/fork-link.ts';
import { surveyEngines } from './survey.ts';

it('tries the engines that are installed, each in a process, and says of the others what loading them would', async () => {
  let launched = 0;
  const engines = await surveyEngines(() => (launched++, forkTrainer()));
  expect(engines.map(({ id }) => id)).toEqual([...ENGINE_IDS]);
  const absent = ENGINE_IDS.filter((id) => absentEngine(id) !== null);
  expect(absent.some((id) => id === 'onnx-dml' || id === 'onnx-coreml')).toBe(true);
  expect(launched).toBe(ENGINE_IDS.length - absent.length);
  for (const id of absent) expect(engines.find((each) => each.id === id)).toEqual(await describeEngine(id));
  for (const id of ['onnx', 'reference'])
    expect(engines.find((each) => each.id === id)?.available).toBe(true);
});
