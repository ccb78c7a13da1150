import fc from 'fast-check';
import type { TestArrival } from './ledger.ts';

/**
 * Generated histories of a few streams: takeovers and flaps (sessions of one stream close together, sometimes in the same second), and
 * pushes and interruptions that were lost, contradict each other, carry no time, or name another stream.
 */
export interface Scenario {
  /** One arrival for each callback; all differ. */
  readonly callbacks: readonly TestArrival[];
}

const beginsAtSeconds = 1_600_000_000;

const names = [
  { appid: 1, app: 'a.example', appname: 'live', stream_id: 'one' },
  { appid: 1, app: 'a.example', appname: 'live', stream_id: 'two' },
  { appId: '2', app: 'a.example', appname: 'live', stream_id: 'one' },
  { appid: 1, app: 'a.example', appname: 'live', stream_id: '' },
];

const second = fc.integer({ min: 0, max: 40 });
/** Most callbacks carry a time. */
const time = fc.option(second, { freq: 6 });
const rarely = fc.integer({ min: 0, max: 4 }).map((number) => number === 0);

const push = fc.record({ at: time, heardAt: second, renamed: rarely });
const end = fc.record({
  at: time,
  heardAt: second,
  renamed: rarely,
  code: fc.constantFrom(0, 1, 8, 21, 21, 21, null),
  durationMs: fc.option(fc.integer({ min: 0, max: 40_000 }), { freq: 6 }),
});

const session = fc.record({
  // Mostly one stream, so that its sessions have neighbours to change.
  stream: fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 3),
  pushes: fc.array(push, { minLength: 0, maxLength: 2 }),
  ends: fc.array(end, { minLength: 0, maxLength: 2 }),
});

const sequence = fc.oneof(fc.integer({ min: 1, max: 20 }).map(String), fc.bigInt(1n, 10n ** 19n).map(String));

export const scenario: fc.Arbitrary<Scenario> = fc
  .uniqueArray(fc.tuple(sequence, session), { selector: ([name]) => name, minLength: 1, maxLength: 6 })
  .map((sessions) => ({ callbacks: sessions.flatMap(([name, given]) => callbacksOf(name, given)) }))
  .filter(({ callbacks }) => callbacks.length > 0);

type GeneratedSession = typeof session extends fc.Arbitrary<infer Generated> ? Generated : never;

function callbacksOf(name: string, { stream, pushes, ends }: GeneratedSession): TestArrival[] {
  const namesOf = (renamed: boolean) => ({ ...names[stream], ...(renamed && { stream_id: 'renamed' }) });
  return [
    ...pushes.map(({ at, heardAt, renamed }, index) => ({
      body: {
        ...namesOf(renamed),
        event_type: 1,
        sequence: name,
        ...timeOf(at),
        // Keeps two callbacks of one session from being equal by chance.
        distinct: index,
      },
      receivedAtMs: receivedAt(heardAt),
    })),
    ...ends.map(({ at, heardAt, renamed, code, durationMs }, index) => ({
      body: {
        ...namesOf(renamed),
        event_type: 0,
        sequence: name,
        ...timeOf(at),
        ...(code !== null && { errcode: code }),
        ...(durationMs !== null && { push_duration: String(durationMs) }),
        distinct: index,
      },
      receivedAtMs: receivedAt(heardAt),
    })),
  ];
}

function timeOf(at: number | null) {
  return at === null ? {} : { event_time: beginsAtSeconds + at };
}

function receivedAt(heardAt: number): number {
  return (beginsAtSeconds + heardAt) * 1_000;
}

/** Bounds a property that opens files in each run: it ends in time even if it fails and looks for a smaller example. */
export const inTime = { interruptAfterTimeLimit: 40_000, markInterruptAsFailure: false };

/** The same callbacks in any order. */
export function permuted(arrivals: readonly TestArrival[]): fc.Arbitrary<TestArrival[]> {
  return fc.shuffledSubarray([...arrivals], { minLength: arrivals.length });
}

/** Redeliveries of some arrivals, re-stamped, each received later than the arrival that it repeats. */
export function redeliveriesOf(arrivals: readonly TestArrival[], countMax = 8): fc.Arbitrary<TestArrival[]> {
  const redelivery = fc
    .record({ of: fc.constantFrom(...arrivals), t: fc.nat(), laterMs: fc.integer({ min: 0, max: 900_000 }) })
    .map(({ of: { body, receivedAtMs }, t, laterMs }) => ({
      body: { ...body, t, sign: String(t) },
      receivedAtMs: receivedAtMs + laterMs,
    }));
  return fc.array(redelivery, { maxLength: countMax });
}
