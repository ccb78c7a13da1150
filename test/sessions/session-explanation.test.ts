import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interpret } from '../../src/callbacks/callback.ts';
import { digestOf } from '../../src/callbacks/identity.ts';
import { explainedFields, explainSession } from '../../src/sessions/session-explanation.ts';
import { isSessionCallback } from '../../src/sessions/stream-session.ts';
import { expectedExplanation } from '../support/explanation-oracle.ts';
import { parseSample } from '../support/samples.ts';

const maybe = <Value>(...values: readonly Value[]) => fc.constantFrom<Value | undefined>(...values, undefined);

/** Callbacks of one session that contradict each other, and leave things out. */
const bodies = fc.uniqueArray(
  fc.record({
    event_type: fc.constantFrom(0, 1),
    appid: fc.constant(1),
    sequence: fc.constant('7000000000000000001'),
    event_time: maybe(1_600_000_000, 1_600_000_030, 5),
    app: maybe('a.example.com', 'A.example.com', 'b.example.com'),
    appname: maybe('live', 'vod'),
    stream_id: maybe('s1', 's2'),
    channel_id: maybe('c'),
    node: maybe('10.0.0.1', '10.0.0.2'),
    user_ip: maybe('192.0.2.1'),
    stream_param: maybe('a=1', 'a=2'),
    push_duration: maybe('30000', '0'),
    errcode: maybe(1, 2, 14),
    errmsg: maybe('one', 'two'),
  }),
  { minLength: 1, maxLength: 6, selector: (body) => digestOf(JSON.parse(JSON.stringify(body)) as never) },
);

/** As they are after they were recorded. */
const recorded = (body: object, index: number) => {
  const sent = JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
  const callback = interpret(sent);
  if (!isSessionCallback(callback)) throw new TypeError('It is of a session.');
  return { callback, digest: digestOf(sent), receivedAtMs: 1_600_000_000_000 + index, index };
};

test('property: each field is explained by the callback that counts, with what others say that differs', () => {
  fc.assert(
    fc.property(bodies, (some) => {
      const offerings = some.map(recorded);
      const explained = explainSession(offerings).map(({ field, value, setBy, others }) => ({
        field,
        value,
        setBy: setBy?.index ?? null,
        others: others.map(({ value: other, by }) => [other, by.index]),
      }));
      expect(explained).toEqual(expectedExplanation(offerings, explainedFields));
    }),
    { numRuns: 500 },
  );
});

test('the vendor’s session: the push says what it is, the interruption how it ended', () => {
  const offerings = [parseSample('interruption'), parseSample('push')].map(recorded);
  const setBy = Object.fromEntries(explainSession(offerings).map((one) => [one.field, one.setBy?.callback.kind]));
  expect(setBy).toEqual({
    ...Object.fromEntries(
      ['domain', 'path', 'streamId', 'channelId', 'accessPoint', 'userIp'].map((name) => [name, 'PUSH']),
    ),
    streamParam: 'PUSH',
    startedAtMs: 'PUSH',
    endedAtMs: 'INTERRUPTION',
    pushDurationMs: 'INTERRUPTION',
    endCode: 'INTERRUPTION',
    endMessage: 'INTERRUPTION',
  });
  expect(explainSession(offerings).flatMap(({ others }) => others)).toEqual([]);
  expect(explainSession([])).toEqual([]);
});
