import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ReadModelReader } from '../../../src/projecting/file/read-model-reader.ts';
import { listedSessions } from '../../support/expected-sessions.ts';
import { pageOf } from '../../support/list-requests.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { inTime } from '../../support/scenarios.ts';
import { changeMs, sessionHistory, withHistory, type SessionHistory } from '../../support/session-history.ts';
import { tableOf, type TableSession } from '../../support/table-sessions.ts';

// docs/figures.md is what these tests, and those of statistics, concurrency, broadcasts and missing callbacks beside them, compare with.

const aroundMs = 60_000;

/** The time of a session's timeline, and which callbacks of its stream's sessions are in it. */
function timelineOf(one: TableSession, all: readonly TableSession[], { arrivals }: SessionHistory) {
  const endMs = one.stoppedAtMs ?? one.orderedAtMs;
  const fromMs = Math.min(one.orderedAtMs, endMs) - aroundMs;
  const toMs = Math.max(one.orderedAtMs, endMs) + aroundMs;
  const firstReceivedMs = Math.min(...ownOf(one, arrivals).map(({ receivedAtMs }) => receivedAtMs));
  const receivedToMs = one.state === 'LIVE' ? Infinity : one.lastReceivedAtMs + aroundMs;
  const isOfStream = (other: TableSession) =>
    (['appId', 'domain', 'path', 'streamId'] as const).every((name) => other[name] === one[name]);
  const entries = all
    .filter(isOfStream)
    .flatMap((other) =>
      ownOf(other, arrivals).map((arrival) => ({ owner: other === one ? 'SESSION' : 'NEIGHBOUR', arrival })),
    )
    .filter(({ arrival: { body, receivedAtMs } }) => {
      const seconds = body['event_time'] as number | undefined;
      if (seconds !== undefined) return seconds * 1_000 >= fromMs && seconds * 1_000 <= toMs;
      return receivedAtMs >= firstReceivedMs - aroundMs && receivedAtMs <= receivedToMs;
    })
    .map(({ owner, arrival: { body } }) => `${owner} ${String(body['sequence'])} ${String(body['event_type'])}`);
  return { fromMs, toMs: toMs === Infinity ? null : toMs, entries: entries.sort() };
}

function ownOf({ sequence }: TableSession, arrivals: SessionHistory['arrivals']) {
  return arrivals.filter(({ body }) => body['sequence'] === sequence);
}

function shownTimeline(reader: ReadModelReader, { sequence, appId }: TableSession) {
  const [row] = reader.streamSessionsBySequence(sequence, appId, 1);
  const timeline = reader.timeline(row?.id ?? NaN, null, 100);
  const entries = timeline?.entries.flatMap(({ owner, callback }) => {
    const of = reader.streamSessionById(callback.sessionId ?? NaN);
    return of === null ? [] : [`${owner} ${of.sequence} ${callback.eventType}`];
  });
  return { fromMs: timeline?.fromMs, toMs: timeline?.toMs, entries: entries?.sort() };
}

/** Timelines are searched among what was recorded since, and the log of a test has a clock that shows another year. */
function beforeRecorded({ arrivals, closures }: SessionHistory): SessionHistory {
  const earlierMs = changeMs + 30 * 86_400_000 - 1_600_000_000_000;
  return {
    arrivals: arrivals.map(({ body, receivedAtMs }) => {
      const seconds = body['event_time'] as number | undefined;
      const time = seconds === undefined ? undefined : seconds - earlierMs / 1_000;
      return { body: { ...body, event_time: time }, receivedAtMs: receivedAtMs - earlierMs };
    }),
    closures: closures.map(({ endedAtMs, atMs, ...of }) => ({
      ...of,
      atMs: atMs - earlierMs,
      endedAtMs: endedAtMs === null ? null : endedAtMs - earlierMs,
    })),
  };
}

const bySequence = (one: { readonly sequence: string }, other: { readonly sequence: string }) =>
  one.sequence < other.sequence ? -1 : 1;

test('property: states, times and sides of sessions, refused pushes and timelines are as the table says', async () => {
  await fc.assert(
    fc.asyncProperty(sessionHistory.map(beforeRecorded), async (history) => {
      await withHistory(history, async (ledger) => {
        const readModel = await ledger.projected();
        const { sessions, attempts } = tableOf(history);
        const shown = listedSessions(readModel).map((one) => {
          const { appId, sequence, state, endSide, endCode, startedAtMs, startedAtSource, endedAtMs, closedAtMs } = one;
          const times = { startedAtMs, startedAtSource, endedAtMs, closedAtMs, orderedAtMs: one.orderedAtMs };
          return { appId, sequence, state, endSide, endCode, ...times };
        });
        const expected = [...sessions].sort(bySequence);
        expect(expected).toMatchObject(shown.sort(bySequence));
        expect(shown).toHaveLength(expected.length);
        readModel.read((reader) => {
          const refused = reader.refusedPushes(pageOf('REFUSED_AT')).rows.map(({ row }) => {
            const { appId, sequence, atMs, endCode } = row;
            return { appId, sequence, atMs, endCode };
          });
          expect(refused.sort(bySequence)).toEqual([...attempts].sort(bySequence));
          for (const one of sessions) expect(shownTimeline(reader, one)).toEqual(timelineOf(one, sessions, history));
        });
      });
    }),
    { ...inTime, numRuns: numRunsOf(25) },
  );
});

test('of two sessions that began in the same second, the greater sequence is the newer, whichever arrived first', async () => {
  const atMs = Date.parse('2026-03-01T00:00:00Z');
  const push = (sequence: string, receivedAtMs: number) => ({
    body: {
      event_type: 1,
      appid: 1,
      app: 'a.example',
      appname: 'live',
      stream_id: 's',
      sequence,
      event_time: atMs / 1_000,
    },
    receivedAtMs,
  });
  const arrivals = [push('20', atMs), push('9', atMs + 5_000)];
  await withHistory({ arrivals, closures: [] }, async (ledger) => {
    const states = listedSessions(await ledger.projected()).map(({ sequence, state }) => [sequence, state]);
    expect(Object.fromEntries(states)).toEqual({ 9: 'SUPERSEDED', 20: 'LIVE' });
  });
});
