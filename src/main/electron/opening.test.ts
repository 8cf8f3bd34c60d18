import { describe, expect, it } from 'vitest';
import type { Push } from '#shared/contract.ts';
import { askedBy, askedByLink, createOpening } from './opening.ts';

const file = (name: string) => ({ file: name, place: null });
const place = (name: string) => ({ file: null, place: name });

describe('what a command line asks to open', () => {
  it.each([
    [['credence', 'mine.credence'], [file('/home/ada/mine.credence')]],
    [['credence', '--no-sandbox', '/data/Mine.CREDENCE'], [file('/data/Mine.CREDENCE')]],
    [['credence', 'file:///data/two%20words.credence'], [file('/data/two words.credence')]],
    [
      ['credence', 'a.credence', 'b.credence'],
      [file('/home/ada/a.credence'), file('/home/ada/b.credence')],
    ],
    [['credence', 'credence:runs/3'], [place('runs/3')]],
    [['credence', 'credence://compare/1,2,s3'], [place('compare/1,2,s3')]],
    // The program's own name, an option with a file, other files, what is no address.
    [['/opt/my.credence', '--file=x.credence', 'notes.txt', 'file://%', '.'], []],
  ])('%j', (argv, asked) => {
    expect(askedBy(argv, '/home/ada')).toEqual(asked);
  });

  it.each(['credence://app/', 'credence:runs/../../x', 'credence:javascript:alert(1)', 'credence:runs/1#x'])(
    'a link that names no place asks for nothing: %s',
    (link) => expect(askedByLink(link)).toEqual([]),
  );
});

describe('what waits to be opened', () => {
  function page() {
    const pushes: Push[] = [];
    let gone = () => {};
    return {
      pushes,
      destroy: () => gone(),
      listener: {
        send: (_channel: string, push: Push) => void pushes.push(push),
        once: (_event: 'destroyed', then: () => void) => (gone = then),
      },
    };
  }

  it('reaches the first window that listens, once, and then at once', () => {
    const opening = createOpening();
    opening.ask([file('/a.credence')]);
    const first = page();
    opening.listening(first.listener);
    opening.ask([place('runs/1')]);
    const expected = [file('/a.credence'), place('runs/1')].map((payload) => ({ event: 'open', payload }));
    expect(first.pushes).toEqual(expected);
    first.destroy();
    opening.ask([file('/b.credence')]);
    const second = page();
    opening.listening(second.listener);
    expect(second.pushes).toEqual([{ event: 'open', payload: file('/b.credence') }]);
    expect(first.pushes).toHaveLength(2);
  });
});
