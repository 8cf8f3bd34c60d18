/** The API over IPC: the adapter's real handlers over the real service; only Electron's port is replaced. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type IpcPort, type Listener } from '#main/electron/ipc.ts';
import type { FrameLike } from '#main/electron/origin.ts';
import type { Envelope, Push } from '#shared/contract.ts';
import { openService, tiny, type Opened } from '../service.ts';

type Answer = Parameters<IpcPort['handle']>[1];
type Receive = Parameters<IpcPort['on']>[1];

/** Electron's port as far as it matters: values are copied on their way, as by its structured clone. */
class Port implements IpcPort {
  #answers = new Map<string, Answer>();
  #receivers = new Map<string, Receive>();

  handle(channel: string, answer: Answer): void {
    this.#answers.set(channel, answer);
  }

  on(channel: string, receive: Receive): void {
    this.#receivers.set(channel, receive);
  }

  async invoke(page: Page, ...args: unknown[]): Promise<Envelope> {
    const answer = this.#answers.get('credence:call')!;
    const event = { senderFrame: page.frame, sender: page };
    return structuredClone(await answer(event, ...(structuredClone(args) as unknown[])));
  }

  listen(page: Page): void {
    this.#receivers.get('credence:listen')!({ senderFrame: page.frame, sender: page });
  }
}

/** A page as the main process sees it. */
class Page implements Listener {
  readonly pushes: Push[] = [];
  readonly frame: FrameLike | null;
  #gone: (() => void)[] = [];

  constructor(url = 'credence://app/', parent: unknown = null) {
    this.frame = url === '' ? null : { url, parent };
  }

  send(channel: string, push: Push): void {
    expect(channel).toBe('credence:push');
    this.pushes.push(structuredClone(push));
  }

  once(_event: 'destroyed', gone: () => void): void {
    this.#gone.push(gone);
  }

  destroy(): void {
    for (const gone of this.#gone) gone();
  }
}

let opened: Opened;
const port = new Port();
const page = new Page();

beforeAll(() => {
  opened = openService();
  connect(opened.api, port);
});
afterAll(() => opened.api.close());

describe('calls over IPC', () => {
  it('are answered with the reply in an envelope', async () => {
    const envelope = await port.invoke(page, 'system.info', {});
    expect(envelope).toMatchObject({ ok: true, value: { host: 'in-process', home: opened.home } });
  });

  it('carry errors as name, code, message and field', async () => {
    const config = tiny({ model: { d_model: 0 } });
    expect(await port.invoke(page, 'experiments.create', { config })).toEqual({
      ok: false,
      error: {
        name: 'UserError',
        code: 'config.value',
        message: expect.stringMatching(/^model\.d_model: 0 /) as string,
        field: 'model.d_model',
      },
    });
  });

  it.each([
    ['an unknown method', ['experiments.explode', {}], 'api.method'],
    ['a method of every object', ['constructor', {}], 'api.method'],
    ['a method that is no text', [{ toString: 'x' }, {}], 'api.method'],
    ['no method', [], 'api.method'],
    ['wrong arguments', ['experiments.get', { id: 'one' }], 'api.arguments'],
    ['an unknown argument', ['settings.set', { theme: 'dark', admin: true }], 'api.arguments'],
    ['arguments that are no object', ['settings.set', ['dark']], 'api.arguments'],
  ])('are refused with %s', async (_what, args, code) => {
    const before = await opened.api.call('settings.get', {});
    const envelope = await port.invoke(page, ...args);
    expect(envelope).toMatchObject({ ok: false, error: { code } });
    expect(await opened.api.call('settings.get', {})).toEqual(before);
  });

  it.each([
    ['a page elsewhere', new Page('https://evil.example/')],
    ['a host that only begins like ours', new Page('credence://app.evil.example/')],
    ['another scheme with our name', new Page('https://app/')],
    ['a file', new Page('file:///app/index.html')],
    ['a frame inside our page', new Page('credence://app/', {})],
    ['a frame that is gone', new Page('')],
  ])('are refused from %s, and it hears nothing', async (_what, stranger) => {
    await expect(port.invoke(stranger, 'settings.set', { theme: 'dark' })).rejects.toThrow(/may not call/);
    port.listen(stranger);
    await opened.api.call('settings.set', { theme: 'light' });
    expect(stranger.pushes).toEqual([]);
    expect((await opened.api.call('settings.get', {})).theme).toBe('light');
  });
});

describe('events over IPC', () => {
  it('reach every page that listens, once each, beginning with the queue, until it is gone', async () => {
    const [first, second] = [new Page(), new Page()];
    for (const each of [first, second, second]) port.listen(each);
    expect(first.pushes.map(({ event }) => event)).toEqual(['queue']);
    expect(second.pushes.map(({ event }) => event)).toEqual(['queue', 'queue']);
    await port.invoke(first, 'settings.set', { theme: 'dark' });
    await turn();
    for (const { pushes } of [first, second])
      expect(pushes.filter(({ event }) => event === 'settings')).toMatchObject([
        { payload: { theme: 'dark' } },
      ]);
    second.destroy();
    await port.invoke(first, 'settings.set', { theme: 'system' });
    expect(first.pushes.filter(({ event }) => event === 'settings')).toHaveLength(2);
    expect(second.pushes.filter(({ event }) => event === 'settings')).toHaveLength(1);
  });
});
