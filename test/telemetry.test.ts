/** Libraries that would report what runs here are kept from it, and leave no trace of an attempt. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startCredence, temporaryFolder, TINY, writeIn } from './credence.ts';

/** What makes ONNX Runtime believe that it is tested, where it reports nothing anyway. */
const TESTED = ['CI', 'GITHUB_ACTIONS', 'TF_BUILD', 'ORT_RUNNING_UNIT_TESTS', 'ORT_DISABLE_TELEMETRY'];

/** Files that a telemetry of ONNX Runtime's leaves: an identifier, what it could not send yet, its sessions. */
const TRACES = /deviceid|onnxruntime\.db|mat-debug|\.ses$/;

it('ONNX Runtime reports nothing: no identifier, no queue of events, no session', async () => {
  const [home, user, temporary] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const file = writeIn(home, 'tiny.yaml', TINY.replace('seeds: 2', 'seeds: 1'));
  const none = Object.fromEntries(TESTED.map((name) => [name, undefined]));
  const places = { HOME: user, XDG_CACHE_HOME: path.join(user, 'cache'), TMPDIR: temporary };
  const { code, stderr } = await startCredence(['run', file], home, home, { ...none, ...places }).finished;
  expect(code, stderr).toBe(0);
  const left = [user, temporary].flatMap((folder) => readdirSync(folder, { recursive: true }).map(String));
  expect(left.filter((name) => TRACES.test(name))).toEqual([]);
});
