import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { timeWordsOf } from '../../console/src/format/time-words.ts';
import { parseSearch } from '../../console/src/pages/search/parse-search.ts';
import { readName, withoutSecrets } from '../../console/src/pages/search/read-name.ts';

/** Noon in Berlin. */
const reader = {
  nowMs: Date.UTC(2026, 10, 21, 11, 0, 0),
  timeZone: 'Europe/Berlin',
  language: 'en-GB',
  words: timeWordsOf('en-GB'),
};
const errnos = new Map([['EINVAL', -22]]);
const parse = (text: string) => parseSearch(text, reader, errnos);
const nameOf = (text: string) => readName(text, errnos).named;
const unclearOf = (text: string) => parse(text).unclear.map(({ part, why }) => `${part}: ${why}`);

const whole = { kind: 'STREAM', domain: 'push.example.com', path: 'live', streamId: 'studio-a' };

describe('a stream, in any notation', () => {
  test.each([
    'push.example.com/live/studio-a',
    'PUSH.Example.com/live/studio-a',
    ' “push.example.com/live/studio-a”, ',
    'rtmp://push.example.com/live/studio-a',
    'rtmp://push.example.com:1935/live/studio-a?txSecret=0123abcd&txTime=699EB4FF',
    'rtmps://user:secret@push.example.com/live/studio-a',
    'webrtc://push.example.com/live/studio-a?txSecret=0123abcd',
    'srt://push.example.com:9000?streamid=#!::h=push.example.com,r=live/studio-a,txSecret=0123abcd,txTime=699EB4FF',
    'srt://push.example.com:9000?streamid=%23!::h%3Dpush.example.com%2Cr%3Dlive%2Fstudio-a%2CtxSecret%3D0123abcd',
    'https://ledger.example/streams/studio-a?domain=push.example.com&path=live',
  ])('%s', (text) => expect(nameOf(text)).toEqual(whole));

  test.each([
    ['live/studio-a', { kind: 'STREAM', path: 'live', streamId: 'studio-a' }],
    ['push.example.com/live', { kind: 'STREAM', domain: 'push.example.com', streamId: 'live' }],
    ['rtmp://push.example.com/live/', { kind: 'STREAM', domain: 'push.example.com', path: 'live' }],
    ['rtmp://push.example.com/live', { kind: 'STREAM', domain: 'push.example.com', path: 'live' }],
    [
      'rtmp://push.example.com/a/b/%E7%9B%B4%E6%92%AD',
      { kind: 'STREAM', domain: 'push.example.com', path: 'a/b', streamId: '直播' },
    ],
  ])('%s', (text, named) => expect(nameOf(text)).toEqual(named));

  test('whatever its parts are called, as an address or a URL', () => {
    const part = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => encodable(text) && !/[\s/\\]/.test(text) && !/^\.+$/.test(text));
    fc.assert(
      fc.property(part, part, (path, streamId) => {
        const url = `rtmp://push.example.com/${encodeURIComponent(path)}/${encodeURIComponent(streamId)}?txSecret=s`;
        expect(nameOf(url)).toEqual({ kind: 'STREAM', domain: 'push.example.com', path, streamId });
      }),
    );
  });
});

function encodable(text: string): boolean {
  return text.isWellFormed();
}

describe('other things, by their form', () => {
  test.each([
    [' 6674468118806626493 ', { kind: 'SEQUENCE', text: '6674468118806626493' }],
    ['="6674468118806626493"', { kind: 'SEQUENCE', text: '6674468118806626493' }],
    ['6,674,468,118,806,626,493', { kind: 'SEQUENCE', text: '6674468118806626493' }],
    ['https://ledger.example/sessions/6674468118806626493', { kind: 'SEQUENCE', text: '6674468118806626493' }],
    ['203.0.113.7', { kind: 'ADDRESS', text: '203.0.113.7' }],
    ['203.0.113.7:52044', { kind: 'ADDRESS', text: '203.0.113.7' }],
    ['2001:db8::1', { kind: 'ADDRESS', text: '2001:db8::1' }],
    ['[2001:db8::1]:1935', { kind: 'ADDRESS', text: '2001:db8::1' }],
    ['-22', { kind: 'CODE', code: -22, text: '-22' }],
    ['(code 8)', { kind: 'CODE', code: 8, text: 'code 8' }],
    ['einval', { kind: 'CODE', code: -22, text: 'einval' }],
    ['ad-01.mp4', { kind: 'FILE', text: 'ad-01.mp4' }],
    ['https://files.example/ads/ad%2001.mp4?sign=s', { kind: 'FILE', text: 'ad 01.mp4' }],
    ['https://ledger.example/tasks/relay%2Fnews', { kind: 'TASK', text: 'relay/news' }],
    ['Studio A', { kind: 'TEXT', text: 'Studio A' }],
  ])('%s', (text, named) => expect(nameOf(text)).toEqual(named));

  test('nothing typed searches nothing', () => {
    expect(parse('  ')).toEqual({ name: null, time: null, unclear: [], orAtMs: null });
  });

  test('ten digits may also be seconds since 1970', () => {
    const atMs = Date.UTC(2026, 10, 20, 19, 10);
    expect([parse(String(atMs / 1_000)).orAtMs, parse(String(atMs)).orAtMs]).toEqual([atMs, atMs]);
    expect([parse('0123456789').orAtMs, parse('9999999999').orAtMs]).toEqual([null, null]);
  });
});

describe('what is searched', () => {
  test('a name in any case: as typed, small, large and with capitals', () => {
    const { name } = parse('studio-a');
    expect(name?.exact).toEqual({ streamId: { in: ['studio-a', 'STUDIO-A', 'Studio-A'] } });
    expect(parse('STUDIO-A').name?.exact?.streamId?.in).toContain('studio-a');
    expect(name?.tasks?.or).toContainEqual({ sourceFile: { eq: 'studio-a' } });
  });

  test('a name that is percent-encoded, or whose decoded form was typed', () => {
    expect(parse('%E7%9B%B4%E6%92%AD').name?.exact?.streamId?.in).toContain('直播');
    expect(parse('直播').name?.exact?.streamId?.in).toContain('%E7%9B%B4%E6%92%AD');
  });

  test('a domain and a word: the word is a path, or the beginning of a stream', () => {
    const { others } = parse('push.example.com/live').name ?? {};
    expect(others?.or).toContainEqual({ domain: { eq: 'push.example.com' }, path: { eq: 'live' } });
    expect(others?.or).toContainEqual({ domain: { eq: 'push.example.com' }, streamId: { startsWith: 'live' } });
  });

  test('what an exact match finds is not among the others', () => {
    for (const text of ['studio-a', '8', '203.0.113.7', 'push.example.com/live/studio-a']) {
      const { exact, others } = parse(text).name ?? {};
      expect(others?.not).toEqual(exact);
    }
  });

  test('a code of a push and of exits', () => {
    const { exact, tasks } = parse('-22').name ?? {};
    expect(exact).toEqual({ endCode: { eq: -22 } });
    expect(tasks?.or).toContainEqual({ everExitedWith: { eq: -22 } });
  });

  test('a file: tasks that pull it, and a stream that is played by that address', () => {
    const { exact, tasks } = parse('http://play.example.com/live/studio-a.flv').name ?? {};
    expect(exact?.streamId?.in).toContain('studio-a');
    expect(tasks?.or).toContainEqual({ sourceFile: { eq: 'studio-a.flv' } });
  });

  test('a name with a time, on either side', () => {
    const [one, other] = [parse('studio-a yesterday 20:10'), parse('yesterday 20:10 studio-a')];
    expect(one).toEqual(other);
    expect(one.time).toEqual({
      form: 'MOMENT',
      fromMs: Date.UTC(2026, 10, 20, 19, 10),
      toMs: Date.UTC(2026, 10, 20, 19, 11),
    });
    expect(one.name?.exact?.streamId?.in).toContain('studio-a');
  });

  test('a URL with a time: its port is none', () => {
    const { name, time } = parse('rtmp://push.example.com:1935/live/studio-a 20:10');
    expect(name?.exact).toMatchObject({ domain: { eq: 'push.example.com' } });
    expect(time?.fromMs).toBe(Date.UTC(2026, 10, 20, 19, 10));
  });
});

test.each([
  ['studio-a 25:10', ['25:10: clock']],
  ['studio-a tomorrow 20:10', ['tomorrow: word']],
  ['203.0.113.700', ['203.0.113.700: address']],
  ['6.67447E+18', ['6.67447E+18: rounded']],
  ['rtmp://', ['rtmp://: url']],
  ['srt://push.example.com:9000?streamid=#!::h=push.example.com', ['h=push.example.com: url']],
  ['rtmp://push.example.com/live/a please', ['please: word']],
])('%s: which part means nothing', (text, parts) => expect(unclearOf(text)).toEqual(parts));

test.each([
  ['rtmp://push.example.com/live/a?txSecret=0123&txTime=1 20:10', 'rtmp://push.example.com/live/a 20:10'],
  ['rtmp://user:secret@push.example.com/live/a', 'rtmp://push.example.com/live/a'],
  [
    'srt://push.example.com:9000?streamid=#!::h=push.example.com,r=live/a,txSecret=0123,txTime=1',
    'srt://push.example.com:9000?streamid=#!::h=push.example.com,r=live/a',
  ],
  [
    'https://ledger.example/streams/a?domain=b.example&path=live',
    'https://ledger.example/streams/a?domain=b.example&path=live',
  ],
  ['https://files.example/a.mp4?sign=s&t=1', 'https://files.example/a.mp4'],
  ['studio=a?b', 'studio=a?b'],
])('the address of a search has no secret of %s', (typed, kept) => expect(withoutSecrets(typed)).toBe(kept));
