import { expect, test } from '@jest/globals';
import { missingOf } from '../../console/src/pages/search/missing-then.ts';

type Ended = Parameters<typeof missingOf>[1][number];
type Around = Parameters<typeof missingOf>[2][number];

const minuteMs = 60_000;
const fromMs = Date.UTC(2026, 10, 24, 20, 10);
const span = { fromMs, toMs: fromMs + minuteMs };
const at = (minutes: number) => new Date(fromMs + minutes * minuteMs).toISOString();

/** A push of a stream, from and to minutes after the time; null: it has not ended. */
function push(
  streamId: string,
  from: number,
  to: number | null,
  side: 'CLIENT' | 'NETWORK' = 'CLIENT',
): Ended & Around {
  const endCause = to === null ? null : { side, summary: '', sureness: 'CERTAIN' as const };
  return {
    id: `${streamId} ${from}`,
    appId: '1',
    sequence: '1',
    domain: 'push.example.com',
    path: 'live',
    streamId,
    state: to === null ? 'LIVE' : 'ENDED',
    startedAt: at(from),
    endedAt: to === null ? null : at(to),
    pushDurationMs: null,
    endCode: null,
    endCause,
  };
}

/** The streams that are missing, with the seconds of their gaps, given all pushes of some hours. */
function missing(...pushes: readonly (Ended & Around)[]) {
  const ended = pushes.filter(({ endedAt }) => endedAt !== null && Date.parse(endedAt) < span.toMs);
  const around = pushes.filter(
    ({ startedAt, endedAt }) =>
      Date.parse(startedAt ?? '') > fromMs || endedAt === null || Date.parse(endedAt) > fromMs,
  );
  return missingOf(span, ended, around).map(({ before, gapMs }) => [before.streamId, gapMs && gapMs / 1_000]);
}

test('a stream is missing between two pushes, whoever ended the first', () => {
  expect(missing(push('a', -60, -5), push('a', 5, null))).toEqual([['a', 600]]);
});

test('a gap within the minute counts', () => {
  expect(missing(push('a', -60, 0.25), push('a', 0.5, null))).toEqual([['a', 15]]);
});

test('not a stream that was back before, or went on in another push', () => {
  expect(missing(push('a', -60, -5), push('a', -4, null))).toEqual([]);
  expect(missing(push('a', -60, 0.5), push('a', -1, null))).toEqual([]);
  expect(missing(push('a', -60, -5), push('a', -4, 30))).toEqual([]);
});

test('without a next push: only after a fault', () => {
  expect(missing(push('a', -60, -5, 'NETWORK'), push('b', -60, -5))).toEqual([['a', null]]);
});

test('streams of the same name in another domain are others', () => {
  const other = { ...push('a', 1, null), domain: 'other.example.com' };
  expect(missing(push('a', -60, -5, 'NETWORK'), other)).toEqual([['a', null]]);
});
