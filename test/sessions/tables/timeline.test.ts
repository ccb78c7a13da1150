import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sessionViewOf } from '../../../src/sessions/stream-session-view.ts';
import type { ReadModelReader } from '../../../src/projecting/file/read-model-reader.ts';
import type { CallbackRow, TimelineOwner } from '../../../src/callbacks/callback-fields.ts';
import { timelineRowsMax } from '../../../src/callbacks/timeline-table.ts';
import type { StreamSessionRow } from '../../../src/sessions/stream-session-fields.ts';
import { withLedger } from '../../support/ledger.ts';
import { pageOf } from '../../support/list-requests.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { inTime, redeliveriesOf, scenario } from '../../support/scenarios.ts';
import { streamArrival } from '../../support/stream-arrivals.ts';

interface Ledger {
  readonly sessions: readonly StreamSessionRow[];
  readonly callbacks: readonly CallbackRow[];
  readonly reader: ReadModelReader;
}

const atOf = ({ occurredAtMs, receivedAtMs }: CallbackRow) => occurredAtMs ?? receivedAtMs;

function timeOf({ session, status }: StreamSessionRow, { sessions }: Ledger) {
  const view = sessionViewOf(session);
  const later = sessions
    .map((other) => sessionViewOf(other.session))
    .filter(({ orderKey }) => orderKey !== null && orderKey.streamKey === view.orderKey?.streamKey)
    .filter(({ orderedAtMs: at, sequenceOrder }) =>
      at === view.orderedAtMs ? sequenceOrder > view.sequenceOrder : at > view.orderedAtMs,
    )
    .map(({ orderedAtMs }) => orderedAtMs);
  const ends = { LIVE: Infinity, ENDED: view.endedAtMs ?? view.orderedAtMs, SUPERSEDED: Math.min(...later) };
  const end = { ...ends, CLOSED: Math.min(view.closedAtMs ?? NaN, ...later) }[status.state];
  return { fromMs: Math.min(view.orderedAtMs, end) - 60_000, toMs: Math.max(view.orderedAtMs, end) + 60_000 };
}

/** Looks at all callbacks of the ledger, one after the other. */
function expectedTimeline(row: StreamSessionRow, ledger: Ledger) {
  const view = sessionViewOf(row.session);
  const { fromMs, toMs } = timeOf(row, ledger);
  const keyOf = ({ session }: StreamSessionRow) => sessionViewOf(session).orderKey?.streamKey;
  const feeding = ledger.reader.relay.tasksFeeding(row.id, 100).map(({ id }) => id);
  // The tests of `callbacksOfSession` compare it with a search of all.
  const found = ledger.reader.callbacksOfSession(row.id, { eventTypes: null, rowsMax: 1_000 });
  const naming = new Set(found.map(({ callback }) => callback.position));
  const { firstReceivedAtMs, lastReceivedAtMs } = row.session;
  const receivedToMs = row.status.state === 'LIVE' ? Infinity : lastReceivedAtMs + 60_000;
  const isWithin = ({ occurredAtMs, receivedAtMs }: CallbackRow) =>
    occurredAtMs === null
      ? receivedAtMs >= firstReceivedAtMs - 60_000 && receivedAtMs <= receivedToMs
      : occurredAtMs >= fromMs && occurredAtMs <= toMs;
  const ownerOf = (callback: CallbackRow): TimelineOwner | null => {
    if (callback.sessionId === row.id) return 'SESSION';
    if (callback.sessionId !== null) {
      const other = ledger.sessions.find(({ id }) => id === callback.sessionId);
      return view.orderKey !== null && other && keyOf(other) === view.orderKey.streamKey ? 'NEIGHBOUR' : null;
    }
    if (callback.taskRow !== null) return feeding.includes(callback.taskRow) ? 'RELAY_TASK' : null;
    return naming.has(callback.position) ? 'STREAM' : null;
  };
  let latestMs = fromMs;
  return ledger.callbacks
    .map((callback) => ({ callback, owner: ownerOf(callback), position: callback.position, atMs: atOf(callback) }))
    .filter(({ callback, owner }) => owner !== null && (owner === 'STREAM' || isWithin(callback)))
    .sort((one, other) => Number(one.position - other.position))
    .map(({ callback: { occurredAtMs }, ...entry }) => {
      latestMs = Math.max(latestMs, occurredAtMs ?? latestMs);
      return { ...entry, orderedAtMs: occurredAtMs ?? latestMs };
    })
    .sort((one, other) => one.orderedAtMs - other.orderedAtMs || Number(one.position - other.position));
}

const history = scenario.chain(({ callbacks }) =>
  fc.tuple(fc.constant(callbacks), redeliveriesOf(callbacks), fc.array(streamArrival, { maxLength: 8 })),
);

test('property: a timeline has what a search of all callbacks finds, whole or page by page', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (parts) => {
      await withLedger(parts.flat(), async (ledger) => {
        (await ledger.projected()).read((reader) => {
          const sessions = reader.streamSessions(pageOf('STARTED_AT')).rows.map(({ row }) => row);
          const callbacks = reader.callbacks(pageOf('RECORDED')).rows.map(({ row }) => row);
          for (const row of sessions) {
            const expected = expectedTimeline(row, { sessions, callbacks, reader });
            const whole = reader.timeline(row.id, null, 100);
            const named = (timeline: typeof whole) =>
              timeline?.entries.map(({ atMs, orderedAtMs, owner, callback: { position } }) => ({
                atMs,
                orderedAtMs,
                owner,
                position,
              }));
            expect(named(whole)).toEqual(expected);
            expect(whole?.isComplete).toBe(true);
            const later = expected[Math.floor(expected.length / 2)]?.orderedAtMs ?? 0;
            const page = reader.timeline(row.id, later, 2);
            const rest = expected.filter(({ orderedAtMs }) => orderedAtMs >= later);
            expect(named(page)).toEqual(rest.slice(0, page?.entries.length));
            if (page?.isComplete === true) expect(rest).toHaveLength(page.entries.length);
          }
        });
      });
    }),
    { numRuns: numRunsOf(60), ...inTime },
  );
});

test('the timeline of a session whose end is before its beginning has both', async () => {
  const beganAt = 1_600_000_000;
  const bodies = [pushBody({ event_time: beganAt }), interruptionBody({ event_time: beganAt - 300 })];
  const arrivals = bodies.map((body) => ({ body, receivedAtMs: beganAt * 1_000 }));
  await withLedger(arrivals, async (ledger) => {
    (await ledger.projected()).read((reader) => {
      const [session] = reader.streamSessions(pageOf('STARTED_AT')).rows;
      const timeline = reader.timeline(session?.row.id ?? NaN, null, 10);
      expect(timeline?.entries.map(({ atMs }) => atMs)).toEqual([(beganAt - 300) * 1_000, beganAt * 1_000]);
    });
  });
});

test('recordings, screenshots and others are of the stream, with the names and times that CSS gives them', async () => {
  const second = 1_600_000_000;
  const names = { appid: 1, app: 'a.example', appname: 'live', stream_id: 's', channel_id: 's', sequence: '1' };
  const bodies: Record<string, unknown>[] = [
    pushBody({ ...names, event_time: second }),
    { event_type: 200, stream_id: 's', channel_id: 's', create_time: second + 1 },
    { event_type: 317, appid: 1, app: 'a.example', appname: 'live', streamId: 's', screenshotTime: second + 2 },
    { event_type: 341, appid: 1, stream_id: 's', session_id: '1', timestamp: second + 3 },
    {
      event_type: 321,
      appid: 1,
      domain: 'a.example',
      path: 'live',
      stream_id: 's',
      data_time: 1_000 * second + 4_000,
    },
    { event_type: 332, appid: 1, domain: 'a.example', appname: 'live', stream_id: 's', event_time: second + 5 },
    interruptionBody({ ...names, event_time: second + 6, push_duration: '6000' }),
    { event_type: 100, ...names, sequence: undefined, start_time: second, end_time: second + 6 },
    // Of another domain, of another account, and of another stream.
    { event_type: 332, appid: 1, domain: 'b.example', appname: 'live', stream_id: 's', event_time: second },
    { event_type: 341, appid: 2, stream_id: 's', session_id: '1', timestamp: second },
    { event_type: 200, stream_id: 't', channel_id: 't', create_time: second },
  ];
  // Recordings come once their file is stored.
  await withLedger(
    bodies.map((body, index) => ({
      body,
      receivedAtMs: 1_000 * (second + (body['event_type'] === 100 ? 600 : index)),
    })),
    async (ledger) => {
      (await ledger.projected()).read((reader) => {
        const [session] = reader.streamSessions(pageOf('STARTED_AT')).rows;
        const timeline = reader.timeline(session?.row.id ?? NaN, null, 20);
        const found = timeline?.entries.map(({ callback, atMs }) => [callback.eventType, atMs / 1_000 - second]);
        expect(found).toEqual([
          [1, 0],
          [200, 1],
          [317, 2],
          [341, 3],
          [321, 4],
          [332, 5],
          [0, 6],
          [100, 6],
        ]);
      });
    },
  );
});

test('what goes on long after a session hides nothing of its time', async () => {
  const beganAt = 1_600_000_000;
  const names = { appid: 1, app: 'a.example', appname: 'live', stream_id: 'one' };
  const at = (second: number, body: object) => ({
    body: { ...names, event_time: beganAt + second, ...body },
    receivedAtMs: 1_000 * (beganAt + second),
  });
  const file = (second: number) =>
    at(second, {
      event_type: 314,
      callback_event: 'VodSourceFileStart',
      task_id: '1',
      event_time: undefined,
      to_url: 'rtmp://a.example/live/one',
      source_urls: '["https://b.example/1.mp4"]',
      msg: JSON.stringify({ index: 0, url: 'https://b.example/1.mp4', duration: 5, second }),
    });
  const goesOn = Array.from({ length: timelineRowsMax * 0.6 }, (_, index) => 10 * index);
  await withLedger(
    [
      at(0, { event_type: 1, sequence: '1' }),
      at(10, { event_type: 0, sequence: '1', push_duration: '10000' }),
      ...goesOn.flatMap((second) => [file(second), at(second, { event_type: 200, second })]),
    ],
    async (ledger) => {
      (await ledger.projected()).read((reader) => {
        const [session] = reader.streamSessionsBySequence('1', '1', 1);
        const timeline = reader.timeline(session?.id ?? NaN, null, 100);
        const owners = timeline?.entries.map(({ owner }) => owner) ?? [];
        const countOf = (owner: TimelineOwner) => owners.filter((one) => one === owner).length;
        const [ofSession, ofTask, ofStream] = [countOf('SESSION'), countOf('RELAY_TASK'), countOf('STREAM')];
        // Each ten seconds; of the task up to a minute after its end, and of screenshots up to two.
        expect({ ofSession, ofTask, ofStream }).toEqual({ ofSession: 2, ofTask: 8, ofStream: 14 });
        expect(timeline?.isComplete).toBe(true);
      });
    },
  );
});
