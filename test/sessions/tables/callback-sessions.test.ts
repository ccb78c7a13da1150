import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sessionsOfScreenshot, screenshotsOf, spansOf } from '../../support/attribution-oracle.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { withLedger } from '../../support/ledger.ts';
import { pageOf } from '../../support/list-requests.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { inTime, scenario } from '../../support/scenarios.ts';
import { streamArrival } from '../../support/stream-arrivals.ts';

const history = scenario.chain(({ callbacks }) =>
  fc.tuple(fc.constant(callbacks), fc.array(streamArrival, { maxLength: 8 })),
);

const request = { eventTypes: [200], rowsMax: 1_000 };

test('property: a screenshot is of the sessions that a search of all finds, from either side, and as sure', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (parts) => {
      const arrivals = parts.flat();
      await withLedger(arrivals, async (ledger) => {
        (await ledger.projected()).read((reader) => {
          const sessions = reader.streamSessions(pageOf('STARTED_AT')).rows.map(({ row }) => row);
          const callbacks = reader.callbacks(pageOf('RECORDED')).rows.map(({ row }) => row);
          const spans = spansOf(sessions, callbacks);
          for (const screenshot of screenshotsOf(arrivals, callbacks)) {
            const { ids, isLikely } = sessionsOfScreenshot(screenshot, spans);
            const found = reader.sessionsOfCallback(screenshot.position);
            expect(found.map(({ session }) => session.id).sort()).toEqual([...ids].sort());
            for (const { sureness, alternative } of found) {
              expect(sureness).toBe(isLikely ? 'LIKELY' : 'POSSIBLE');
              expect(alternative === null).toBe(isLikely);
            }
            const from = sessions.filter(({ id }) =>
              reader.callbacksOfSession(id, request).some(({ callback }) => callback.position === screenshot.position),
            );
            expect(from.map(({ id }) => id).sort()).toEqual([...ids].sort());
          }
        });
      });
    }),
    { numRuns: numRunsOf(80), ...inTime },
  );
});

const second = 1_600_000_000;
const names = { appid: 1, app: 'a.example', appname: 'live', stream_id: 's', channel_id: 's' };

const arrivalOf = (body: Record<string, unknown>, index: number) => ({ body, receivedAtMs: 1_000 * (second + index) });
const push = (sequence: string, from: number, to: number | null, more: object = {}) => [
  pushBody({ ...names, sequence, event_time: second + from, ...more }),
  ...(to === null
    ? []
    : [
        interruptionBody({
          ...names,
          sequence,
          event_time: second + to,
          push_duration: String(1_000 * (to - from)),
          ...more,
        }),
      ]),
];

/** The sequences of the sessions of the callbacks that are of none themselves, and how sure each is. */
async function attributed(bodies: readonly Record<string, unknown>[]) {
  let found: (readonly [string, string])[][] = [];
  await withLedger(bodies.map(arrivalOf), async (ledger) => {
    (await ledger.projected()).read((reader) => {
      const { rows } = reader.callbacks(pageOf('RECORDED'));
      found = rows
        .filter(({ row }) => row.eventType !== 1 && row.eventType !== 0)
        .sort((one, other) => (one.row.position < other.row.position ? -1 : 1))
        .map(({ row }) =>
          reader
            .sessionsOfCallback(row.position)
            .map(({ session, sureness }) => [session.sequence, sureness] as const)
            .sort(),
        );
    });
  });
  return found;
}

describe('a callback belongs to a session', () => {
  test('by its sequence, whatever its stream and its time', async () => {
    const error = {
      event_type: 321,
      appid: 1,
      stream_id: 'renamed',
      sequence: '1',
      data_time: 1_000 * (second + 9_000),
    };
    expect(await attributed([...push('1', 0, 10), ...push('2', 20, null), error])).toEqual([[['1', 'CERTAIN']]]);
  });

  test('by the sequence that the push URL of a relay task carries', async () => {
    const param = 'txFrom=pullpush&upstream_sequence=2&ppTaskId=77';
    const recording = { event_type: 100, ...names, stream_param: param, start_time: second, end_time: second + 5 };
    expect(await attributed([...push('1', 0, 10), ...push('2', 20, null), recording])).toEqual([[['2', 'CERTAIN']]]);
  });

  test('by the relay task that it names instead of a stream, and that pushed the stream then', async () => {
    const status = {
      event_type: 332,
      appid: 1,
      domain: 'a.example',
      appname: 'live',
      stream_id: '77',
      event_time: second + 5,
      record_event: 'record_error',
      record_detail: JSON.stringify({ source_type: 2 }),
    };
    const ofTask = { stream_param: 'txFrom=pullpush&ppTaskId=77' };
    const later = { ...status, event_time: second + 500 };
    const bodies = [...push('1', 0, 10, ofTask), ...push('2', 20, 30), status, later];
    expect(await attributed(bodies)).toEqual([[['1', 'CERTAIN']], []]);
  });

  test('of the domain that other callbacks of its recording name', async () => {
    const exception = { event_type: 341, appid: 1, stream_id: 's', session_id: '9', timestamp: second + 5 };
    const status = {
      event_type: 332,
      ...names,
      session_id: '9',
      event_time: second + 1,
      record_event: 'record_start_succeeded',
    };
    const others = push('2', 0, null, { app: 'b.example' });
    expect(await attributed([...push('1', 0, null), ...others, exception])).toEqual([
      [
        ['1', 'POSSIBLE'],
        ['2', 'POSSIBLE'],
      ],
    ]);
    expect(
      await attributed([
        ...push('1', 0, null),
        ...others,
        exception,
        { ...status, app: undefined, domain: 'b.example' },
      ]),
    ).toEqual([[['2', 'LIKELY']], [['2', 'LIKELY']]]);
  });

  test('that its recording covers, each of them', async () => {
    const recording = { event_type: 100, ...names, start_time: second + 5, end_time: second + 25 };
    const bodies = [...push('1', 0, 10), ...push('2', 20, 30), ...push('3', 40, null), recording];
    expect(await attributed(bodies)).toEqual([
      [
        ['1', 'LIKELY'],
        ['2', 'LIKELY'],
      ],
    ]);
  });

  test('possibly, if it names neither account nor domain and two streams of that name ran', async () => {
    const screenshot = (at: number) => ({ event_type: 200, stream_id: 's', create_time: second + at });
    const other = push('2', 10, null, { app: 'b.example' });
    expect(await attributed([...push('1', 0, null), ...other, screenshot(5), screenshot(15)])).toEqual([
      [['1', 'LIKELY']],
      [
        ['1', 'POSSIBLE'],
        ['2', 'POSSIBLE'],
      ],
    ]);
  });

  test('of a stream by the order of the log, if it has no time; never by our clock', async () => {
    const audit = { event_type: 315, appid: 1, domain: 'a.example', path: 'live', stream_id: 's' };
    const before = { ...audit, request_id: 'before' };
    const bodies = [...push('1', 0, 10), { ...audit, request_id: 'between' }, ...push('2', 500, null), audit];
    expect(await attributed([before, ...bodies])).toEqual([[], [['1', 'POSSIBLE']], [['2', 'POSSIBLE']]]);
  });

  test('if it came within two minutes of the end, and no other push of the stream ran then', async () => {
    const event = (at: number) => ({
      event_type: 332,
      ...names,
      event_time: second + at,
      record_event: 'record_ended',
    });
    const bodies = [...push('1', 0, 10), ...push('2', 200, null), event(130), event(131), event(205)];
    expect(await attributed(bodies)).toEqual([[['1', 'LIKELY']], [], [['2', 'LIKELY']]]);
  });
});
