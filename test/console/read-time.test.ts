import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSpan } from '../../console/src/format/read-span.ts';
import { readTime, type TimeReader } from '../../console/src/format/read-time.ts';
import { agoForm, timeWordsOf } from '../../console/src/format/time-words.ts';
import { clockText, dateText, fullTimeText } from '../../console/src/format/times.ts';

/** Noon in Berlin, on a Wednesday. */
const nowMs = Date.UTC(2026, 10, 25, 11, 0, 0);
const readerOf = (language: string, timeZone = 'Europe/Berlin'): TimeReader => ({
  nowMs,
  timeZone,
  language,
  words: timeWordsOf(language),
});
const english = readerOf('en-GB');

/** The minute, second or day that was read, by UTC, and what is left of the text. */
function read(text: string, reader = english) {
  const { span, rest, unclear } = readTime(text, reader);
  return [span && new Date(span.fromMs).toISOString(), rest, ...unclear.map(({ part, why }) => `${part}: ${why}`)];
}

describe('a time, by the reader’s clock', () => {
  test.each([
    ['20:10', '2026-11-24T19:10:00.000Z'],
    ['11:59', '2026-11-25T10:59:00.000Z'],
    ['yesterday 20:11', '2026-11-24T19:11:00.000Z'],
    ['YESTERDAY at 20:11', '2026-11-24T19:11:00.000Z'],
    ['Nov 24 20:10', '2026-11-24T19:10:00.000Z'],
    ['24 November, 20:10:32', '2026-11-24T19:10:32.000Z'],
    ['Nov 24, 2025, 8:10 PM', '2025-11-24T19:10:00.000Z'],
    ['Dec 24 20:10', '2025-12-24T19:10:00.000Z'],
    ['29 Feb 10:00', '2024-02-29T09:00:00.000Z'],
    ['monday 20:10', '2026-11-23T19:10:00.000Z'],
    ['24/11 20:10', '2026-11-24T19:10:00.000Z'],
    ['11/24/2026 20:10', '2026-11-24T19:10:00.000Z'],
    ['8:10 pm', '2026-11-24T19:10:00.000Z'],
    ['12:05 a.m.', '2026-11-24T23:05:00.000Z'],
    ['8pm', '2026-11-24T19:00:00.000Z'],
    ['4 min ago', '2026-11-25T10:56:00.000Z'],
    ['2h ago', '2026-11-25T09:00:00.000Z'],
    ['2026-11-24T20:10:32.250Z', '2026-11-24T20:10:32.000Z'],
    ['2026-11-24 20:10:32.250 GMT+8', '2026-11-24T12:10:32.000Z'],
    ['2026-11-24T20:10:32-03:30', '2026-11-24T23:40:32.000Z'],
    ['20:10 UTC', '2026-11-24T20:10:00.000Z'],
    ['2026-11-24 20:10:32 CET', '2026-11-24T19:10:32.000Z'],
    ['2026-11-24', '2026-11-23T23:00:00.000Z'],
    ['yesterday', '2026-11-23T23:00:00.000Z'],
  ])('%s', (text, at) => expect(read(text)).toEqual([at, '']));

  test.each([
    ['zh-CN', '昨天 下午8:10', '2026-11-24T19:10:00.000Z'],
    ['zh-CN', '昨天20:10', '2026-11-24T19:10:00.000Z'],
    ['ja-JP', '2026年11月24日 20:10:32', '2026-11-24T19:10:32.000Z'],
    ['ja-JP', '5 分前', '2026-11-25T10:55:00.000Z'],
    ['ko-KR', '어제 20:10', '2026-11-24T19:10:00.000Z'],
    ['id-ID', 'kemarin 20.10', '2026-11-24T19:10:00.000Z'],
    ['id-ID', 'yesterday 20:10', '2026-11-24T19:10:00.000Z'],
    ['en-US', '11/12 20:10', '2026-11-12T19:10:00.000Z'],
    ['en-GB', '11/12 20:10', '2025-12-11T19:10:00.000Z'],
  ])('%s: %s', (language, text, at) => expect(read(text, readerOf(language))).toEqual([at, '']));

  test('a way to say how long ago that is the page’s own', () => {
    const words = { ...english.words, ago: [agoForm('__COUNT__ mnt lalu', 60_000)] };
    expect(read('studio 5 mnt lalu', { ...english, words })).toEqual(['2026-11-25T10:55:00.000Z', 'studio']);
  });

  test.each([
    ['studio-a 20:10', 'studio-a'],
    ['yesterday 20:10 studio-a', 'studio-a'],
    ['push.example.com/live/a at 20:10', 'push.example.com/live/a'],
    ['直播 20:10', '直播'],
  ])('%s: what is left is a name', (text, rest) => expect(read(text)).toEqual(['2026-11-24T19:10:00.000Z', rest]));

  test.each([
    'studio-20:10',
    '203.0.113.7',
    '203.0.113.7:1935',
    '2001:db8::1',
    'fe80::1:20',
    'live/24',
    'monday',
    'may',
    'v1.20',
    '6674468118806626493',
  ])('%s is no time', (text) => expect(read(text)).toEqual([null, text]));

  test.each([
    ['25:10', '25:10: clock'],
    ['13 pm', '13 pm: clock'],
    ['Nov 31 20:10', 'Nov 31: date'],
    ['2026-13-01 20:10', '2026-13-01: date'],
    ['2027-01-01 10:00', '2027-01-01 10:00: future'],
  ])('%s: which part means nothing', (text, unclear) => expect(read(text)).toEqual([null, '', unclear]));
});

describe('from one time to another', () => {
  const readBoth = (text: string) => {
    const { span, rest, unclear } = readSpan(text, english);
    const times = span && [span.fromMs, span.toMs].map((ms) => new Date(ms).toISOString().slice(5, 16));
    return [times?.join(' ') ?? null, rest, ...unclear.map(({ part, why }) => `${part}: ${why}`)];
  };

  test.each([
    ['20:10 – 20:20', '11-24T19:10 11-24T19:20'],
    ['20:10-20:20', '11-24T19:10 11-24T19:20'],
    ['Nov 20 23:50 to 00:10', '11-20T22:50 11-20T23:10'],
    ['Nov 20 – Nov 22', '11-19T23:00 11-22T23:00'],
    ['10:00 until 23:00', '11-25T09:00 11-25T11:00'],
  ])('%s', (text, times) => expect(readBoth(text)).toEqual([times, '']));

  test.each([
    ['studio 20:10 – 20:20', ['11-24T19:10 11-24T19:20', 'studio']],
    ['20:10 – 25:00', [null, '', '25:00: clock']],
    ['Nov 22 to Nov 20', [null, '', 'Nov 20: order']],
    ['a to b', [null, 'a to b']],
  ])('%s', (text, expected) => expect(readBoth(text)).toEqual(expected));
});

describe('what the page shows can be typed', () => {
  const moment = fc
    .integer({ min: Date.UTC(2022, 0, 1) / 1_000, max: nowMs / 1_000 })
    .map((seconds) => seconds * 1_000);
  const languages = fc.constantFrom('en-GB', 'en-US', 'zh-CN', 'ja-JP', 'ko-KR', 'id-ID');
  const zones = fc.constantFrom('UTC', 'Asia/Shanghai', 'Asia/Kolkata', 'America/St_Johns', 'Asia/Jakarta');

  test('as a date with a clock', () => {
    fc.assert(
      fc.property(moment, languages, zones, (ms, language, timeZone) => {
        const style = { language, timeZone };
        const textOf = (atMs: number) => `${dateText(atMs, style, nowMs)} ${clockText(atMs, style)}`;
        const text = textOf(ms);
        // In an hour that clocks repeat, it does not say which one is meant.
        fc.pre(![-3_600_000, 3_600_000].some((hour) => textOf(ms + hour) === text));
        expect([text, readTime(text, readerOf(language, timeZone)).span?.fromMs]).toEqual([text, ms]);
      }),
    );
  });

  test('in full, in any zone', () => {
    fc.assert(
      fc.property(moment, languages, zones, zones, (ms, language, shown, own) => {
        const text = fullTimeText(ms, { language, timeZone: shown });
        // Names of zones are those of the reader’s own.
        fc.pre(own === shown || /GMT|UTC/.test(text));
        const { span, unclear } = readTime(text, readerOf(language, own));
        expect([text, span?.fromMs, unclear]).toEqual([text, ms, []]);
        const elsewhere = readTime(new Date(ms).toISOString(), readerOf(language, own));
        expect(elsewhere.span?.fromMs).toBe(ms);
      }),
    );
  });
});
