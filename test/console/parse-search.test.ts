import { describe, expect, test } from '@jest/globals';
import { parseSearch } from '../../console/src/pages/search/parse-search.ts';

/** Noon in Berlin. */
const now = Date.UTC(2026, 10, 21, 11, 0, 0);
const parse = (text: string) => parseSearch(text, now, 'Europe/Berlin');

describe('one box: what was typed decides what is searched', () => {
  test('a sequence has 18 or 19 digits, and is nothing else', () => {
    expect(parse(' 6674468118806626493 ')).toEqual({
      exact: { sequence: { eq: '6674468118806626493' } },
      sessions: null,
      tasks: null,
      atMs: null,
    });
  });

  test.each(['203.0.113.7', '2001:db8::1'])('%s is an address, of a pusher or an access point', (address) => {
    const { exact, sessions, tasks } = parse(address);
    expect({ exact, sessions, tasks }).toEqual({
      exact: { userIp: { eq: address } },
      sessions: { accessPoint: { eq: address }, not: { userIp: { eq: address } } },
      tasks: null,
    });
  });

  test('a small number is a code, a task or the beginning of a name', () => {
    const { exact, tasks } = parse('-22');
    expect(exact).toEqual({ endCode: { eq: -22 } });
    expect(tasks?.or).toContainEqual({ everExitedWith: { eq: -22 } });
    expect(tasks?.or).toContainEqual({ taskId: { eq: '-22' } });
  });

  test('everything else is the beginning of a stream or a domain, the whole stream first', () => {
    const { exact, sessions } = parse('Studio');
    expect(exact).toEqual({ streamId: { eq: 'Studio' } });
    expect(sessions).toEqual({
      or: [{ streamId: { startsWith: 'Studio' } }, { domain: { startsWith: 'studio' } }],
      not: { streamId: { eq: 'Studio' } },
    });
  });

  test('nothing typed searches nothing', () => {
    expect(parse('  ')).toEqual({ exact: null, sessions: null, tasks: null, atMs: null });
  });
});

describe('a time asks for what was live then, by the reader’s clock', () => {
  test.each([
    ['2026-11-20 20:10', Date.UTC(2026, 10, 20, 19, 10)],
    ['2026-11-20T20:10:32', Date.UTC(2026, 10, 20, 19, 10, 32)],
    ['yesterday 20:10', Date.UTC(2026, 10, 20, 19, 10)],
    ['11:59', Date.UTC(2026, 10, 21, 10, 59)],
    ['20:10', Date.UTC(2026, 10, 20, 19, 10)],
  ])('%s', (text, at) => {
    expect(parse(text).atMs).toBe(at);
    expect(parse(text).sessions?.startedAt).toEqual({ lte: new Date(at).toISOString() });
  });

  test('a clock that no day has is no time', () => {
    expect([parse('25:10').atMs, parse('2026-13-01 20:10').atMs]).toEqual([null, null]);
  });
});
