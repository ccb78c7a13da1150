import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interpret } from '../../src/callbacks/callback.ts';
import { digestOf } from '../../src/callbacks/identity.ts';
import {
  isSessionCallback,
  mayInclude,
  withCallback,
  withDelivery,
  type SessionCallback,
  type StreamSession,
} from '../../src/sessions/stream-session.ts';
import { sessionViewOf } from '../../src/sessions/stream-session-view.ts';
import { interruptionBody, pushBody, without } from '../support/callback-bodies.ts';

const pushedAtMs = Date.parse('2018-12-18T06:49:50Z');
const endedAtMs = Date.parse('2018-12-18T06:50:20Z');

const endOnly = without(interruptionBody(), 'push_duration');

function sessionCallback(body: Record<string, unknown>): SessionCallback {
  const callback = interpret(body);
  if (!isSessionCallback(callback)) throw new Error('no callback of a session');
  return callback;
}

/** The session of these callbacks, received one second after each other. */
function given(...bodies: Record<string, unknown>[]): StreamSession {
  const session = bodies.reduce<StreamSession | null>((before, body, index) => {
    return withCallback(before, sessionCallback(body), digestOf(body), 1_000 * (index + 1));
  }, null);
  if (session === null) throw new Error('no callbacks');
  return session;
}

const viewOf = (...bodies: Record<string, unknown>[]) => sessionViewOf(given(...bodies));

test('a session that an operator closed is shown as closed then, until its interruption comes', () => {
  const [open, ended] = [given(pushBody()), given(pushBody(), interruptionBody())];
  expect(sessionViewOf({ ...open, closedAtMs: 5 }).closedAtMs).toBe(5);
  expect(sessionViewOf({ ...ended, closedAtMs: 5 }).closedAtMs).toBeNull();
});

describe('the start of a session', () => {
  test('given its push: when the push says it happened', () => {
    expect(viewOf(pushBody())).toMatchObject({
      startedAtMs: pushedAtMs,
      startedAtSource: 'PUSH_CALLBACK',
      ended: false,
      endedAtMs: null,
      pushDurationMs: null,
      endCode: null,
      endMessage: null,
    });
  });

  test('given its interruption only: the interruption less the duration that it counts', () => {
    expect(viewOf(interruptionBody({ push_duration: '29500' }))).toMatchObject({
      startedAtMs: endedAtMs - 29_500,
      startedAtSource: 'DERIVED_FROM_DURATION',
    });
  });

  test('given both: the push decides, whatever the duration says', () => {
    expect(viewOf(interruptionBody({ push_duration: '1' }), pushBody())).toMatchObject({
      startedAtMs: pushedAtMs,
      startedAtSource: 'PUSH_CALLBACK',
    });
  });

  test('given a push without a time: still derived from the interruption', () => {
    expect(viewOf(without(pushBody(), 'event_time'), interruptionBody())).toMatchObject({
      startedAtMs: pushedAtMs,
      startedAtSource: 'DERIVED_FROM_DURATION',
    });
  });

  test.each([
    ['a push without a time', without(pushBody(), 'event_time')],
    ['an interruption without a duration', without(interruptionBody(), 'push_duration')],
    ['an interruption without a time', without(interruptionBody(), 'event_time')],
    ['a duration since 1970', interruptionBody({ push_duration: String(endedAtMs) })],
    ['a duration from before 1970', interruptionBody({ push_duration: '9000000000000' })],
  ])('given %s: not known, and it is ordered by its first arrival', (_name, body) => {
    expect(viewOf(body)).toMatchObject({ startedAtMs: null, startedAtSource: 'UNKNOWN', orderedAtMs: 1_000 });
  });

  test('given an end only, which arrived after it: it is ordered by its end', () => {
    const late = withCallback(null, sessionCallback(endOnly), digestOf(endOnly), endedAtMs + 60_000);
    expect(sessionViewOf(late)).toMatchObject({ startedAtMs: null, orderedAtMs: endedAtMs });
  });

  test('given a start: it is ordered by that, not by its first arrival', () => {
    expect(viewOf(interruptionBody(), pushBody())).toMatchObject({ orderedAtMs: pushedAtMs });
  });

  test('given pushes that contradict each other: the earliest', () => {
    const bodies = [pushBody({ event_time: 200 }), pushBody({ event_time: 100 }), without(pushBody(), 'event_time')];
    expect(viewOf(...bodies).startedAtMs).toBe(100_000);
    expect(viewOf(...bodies.reverse()).startedAtMs).toBe(100_000);
  });
});

describe('pushes of one session in the same second', () => {
  test('the one with the least digest is shown, in any order', () => {
    const bodies = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((node) => pushBody({ node }));
    const least = bodies.reduce((one, other) => (digestOf(one) < digestOf(other) ? one : other));
    expect(viewOf(...bodies).accessPoint).toBe(least['node']);
    expect(viewOf(...bodies.reverse()).accessPoint).toBe(least['node']);
  });
});

describe('the end of a session', () => {
  test.each([
    ['after its push', [pushBody(), interruptionBody()]],
    ['before its push', [interruptionBody(), pushBody()]],
    ['without its push', [interruptionBody()]],
  ])('given its interruption %s: ended, and never open again', (_name, bodies) => {
    expect(viewOf(...bodies)).toMatchObject({
      ended: true,
      endedAtMs,
      pushDurationMs: 30_000,
      endCode: 1,
      endMessage: 'The push client actively stopped the push',
    });
  });

  test('given an interruption without a time: ended, it is not known when', () => {
    expect(viewOf(pushBody(), without(interruptionBody(), 'event_time'))).toMatchObject({
      ended: true,
      endedAtMs: null,
    });
  });

  test('given conflicting interruptions: the latest is shown, one without a time before any other', () => {
    const early = interruptionBody({ event_time: 1_545_115_821, errcode: 5 });
    const late = interruptionBody({ event_time: 1_545_115_822, errcode: 6 });
    const untimed = without(interruptionBody({ errcode: 7 }), 'event_time');
    for (const bodies of [
      [early, late, untimed],
      [untimed, late, early],
      [late, untimed, early],
    ]) {
      expect(viewOf(...bodies)).toMatchObject({ endCode: 6, endedAtMs: 1_545_115_822_000 });
    }
  });

  test('given conflicting interruptions of one second: the one with the greatest digest', () => {
    const bodies = [1, 2, 3, 4, 5, 6, 7, 8].map((errcode) => interruptionBody({ errcode }));
    const digest = (body: Record<string, unknown>) => digestOf(body);
    const greatest = bodies.reduce((one, other) => (digest(one) > digest(other) ? one : other));
    expect(viewOf(...bodies).endCode).toBe(greatest['errcode']);
    expect(viewOf(...bodies.reverse()).endCode).toBe(greatest['errcode']);
  });
});

describe('what a session is', () => {
  test('given both callbacks: the push’s words, and the interruption’s where the push left something open', () => {
    const push = without(pushBody({ user_ip: '203.0.113.1' }), 'node', 'channel_id');
    expect(viewOf(interruptionBody({ node: '198.51.100.7' }), push)).toMatchObject({
      appId: '12345678',
      sequence: '6674468118806626493',
      userIp: '203.0.113.1',
      accessPoint: '198.51.100.7',
      channelId: 'test_stream',
    });
  });

  test.each([
    ['app', 'domain'],
    ['appname', 'path'],
    ['stream_id', 'streamId'],
    ['channel_id', 'channelId'],
    ['node', 'accessPoint'],
    ['user_ip', 'userIp'],
    ['stream_param', 'streamParam'],
  ] as const)('%s is what the push says, else what the interruption says', (member, fact) => {
    const interruption = interruptionBody({ [member]: 'of the interruption' });
    expect(viewOf(interruption, pushBody({ [member]: 'of the push' }))[fact]).toBe('of the push');
    expect(viewOf(interruption, without(pushBody(), member))[fact]).toBe('of the interruption');
    expect(viewOf(without(interruptionBody(), member), without(pushBody(), member))[fact]).toBeNull();
  });

  test('given no stream name: it has no position among the sessions of a stream', () => {
    expect(viewOf(without(pushBody(), 'stream_id')).orderKey).toBeNull();
  });

  test('names that only run together alike are different streams', () => {
    const keys = [
      { app: 'a', appname: 'b', stream_id: 'c' },
      { app: 'a', appname: '', stream_id: 'b/c' },
      { app: 'a"', appname: ',"b', stream_id: 'c' },
      { app: 'a', appname: 'null', stream_id: 'c' },
      { app: 'a', appname: null, stream_id: 'c' },
      { app: 'a', appname: 'b', stream_id: 'c', appid: 1 },
    ].map((names) => viewOf(pushBody(names)).orderKey?.streamKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('sequences are ordered as the numbers they are', () => {
    const digits = fc.bigInt({ min: 1n, max: 10n ** 20n });
    fc.assert(
      fc.property(digits, digits, (one, other) => {
        const [first, second] = [one, other].map((sequence) => viewOf(pushBody({ sequence: String(sequence) })));
        expect((first?.sequenceOrder ?? '') < (second?.sequenceOrder ?? '')).toBe(one < other);
      }),
    );
  });

  test.each([
    ['without a sequence', without(pushBody(), 'sequence')],
    ['of another event type', pushBody({ event_type: 332 })],
  ])('a callback %s belongs to none', (_name, body) => {
    expect(isSessionCallback(interpret(body))).toBe(false);
  });
});

describe('deliveries', () => {
  test('given two callbacks: counted, with the first and the latest arrival', () => {
    expect(given(pushBody(), interruptionBody())).toMatchObject({
      deliveries: 2,
      firstReceivedAtMs: 1_000,
      lastReceivedAtMs: 2_000,
    });
  });

  test('when a redelivery comes: it is counted, and nothing of the view changes', () => {
    const session = given(pushBody(), interruptionBody());
    const redelivered = withDelivery(session, 60_000);
    expect(redelivered).toEqual({ ...session, deliveries: 3, lastReceivedAtMs: 60_000 });
    expect(sessionViewOf(redelivered)).toEqual(sessionViewOf(session));
  });

  test('when an arrival is read late: the first arrival is the earliest, not the one that was read first', () => {
    expect(withDelivery(given(pushBody()), 500)).toMatchObject({ firstReceivedAtMs: 500, lastReceivedAtMs: 1_000 });
  });
});

describe('whether a callback may be one of the session', () => {
  const digests = [pushBody(), interruptionBody()].map((body) => digestOf(body)) as [string, string];
  const [push, end] = digests;

  test('only its own can, as long as its push and its end are all that has arrived', () => {
    expect(mayInclude(given(pushBody()), push)).toBe(true);
    expect(mayInclude(given(pushBody()), end)).toBe(false);
    expect(mayInclude(given(interruptionBody()), end)).toBe(true);
    expect(mayInclude(given(interruptionBody()), push)).toBe(false);
    for (const digest of digests) expect(mayInclude(given(pushBody(), interruptionBody()), digest)).toBe(true);
    expect(mayInclude(given(pushBody(), interruptionBody()), 'another')).toBe(false);
  });

  test('any can, once more has arrived than it shows', () => {
    for (const body of [pushBody(), interruptionBody()]) {
      expect(mayInclude(withDelivery(given(body), 2_000), 'another')).toBe(true);
    }
    expect(mayInclude(given(pushBody(), interruptionBody(), interruptionBody({ errcode: 5 })), 'another')).toBe(true);
  });
});
