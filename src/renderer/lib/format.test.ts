import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ago, countText, dateTime, unbroken } from './format.ts';

describe('dates and counts', () => {
  it('are written as Intl writes them', () => {
    const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
    const times = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(times, (time) => {
        expect(dateTime(time.toISOString())).toBe(moment.format(time).replace('\u202f', ' '));
      }),
    );
    fc.assert(
      fc.property(fc.nat(), (n) => {
        expect(countText(n)).toBe(n.toLocaleString('en'));
      }),
    );
  });

  it.each([
    [59, 'just now'],
    [60, '1m ago'],
    [3599, '59m ago'],
    [3600, '1h ago'],
    [86_399, '23h ago'],
    [86_400, 'yesterday'],
    [6 * 86_400, '6d ago'],
  ])('%i seconds are told as %s', (seconds, text) => {
    const now = Date.parse('2026-06-15T12:00:00Z');
    expect(ago(new Date(now - seconds * 1000).toISOString(), now)).toBe(text);
  });

  it.each([
    // Local times: the night before last is not yesterday, however few hours ago it ended.
    ['2026-06-14T05:00', 'yesterday'],
    ['2026-06-13T23:00', '2d ago'],
    ['2026-06-09T23:00', '6d ago'],
    ['2026-06-08T23:00', 'Jun 8, 2026'],
  ])('%s is told as %s on the morning of June 15', (then, text) => {
    expect(ago(new Date(then).toISOString(), new Date('2026-06-15T06:00').getTime())).toBe(text);
  });

  it('a day of 25 hours has no moment that is 0 days ago', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      const morning = new Date('2026-11-01T00:05').getTime();
      const hours = (count: number) => ago(new Date(morning).toISOString(), morning + count * 3600_000);
      expect(new Date(morning + 24.5 * 3600_000).getDate()).toBe(1);
      expect([hours(23.5), hours(24.5), hours(26)]).toEqual(['23h ago', '24h ago', 'yesterday']);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('older ones are told by their date', () => {
    const now = Date.parse('2026-06-15T12:00:00Z');
    expect(ago('2026-06-01T12:00:00Z', now)).toBe('Jun 1, 2026');
  });
});

describe('sentences', () => {
  it('keep a p value on one line', () => {
    expect(unbroken('step 2 = 2, p = 0.59, or p < 0.001.')).toBe(
      'step 2 = 2, p\u00a0=\u00a00.59, or p\u00a0<\u00a00.001.',
    );
  });
});
