import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StreamSession } from '../../../src/sessions/stream-session.ts';
import { fromFoldText, toFoldText } from '../../../src/sessions/stream-session-table.ts';
import { anyText } from '../../support/json-arbitraries.ts';

const maybeText = fc.option(anyText);
const maybeMs = fc.option(fc.maxSafeInteger());
const factValues = {
  domain: maybeText,
  path: maybeText,
  streamId: maybeText,
  channelId: maybeText,
  node: maybeText,
  userIp: maybeText,
  streamParam: maybeText,
  width: fc.option(fc.nat()),
  height: fc.option(fc.nat()),
  setId: fc.option(fc.nat()),
  idcId: fc.option(fc.nat()),
};
const factNames = Object.keys(factValues) as (keyof typeof factValues)[];
const allBut = (fact: keyof typeof factValues) => factNames.filter((name) => name !== fact);
const choice = { occurredAtMs: maybeMs, digest: anyText };
const end = {
  pushDurationMs: maybeMs,
  endCode: fc.option(fc.integer()),
  endCodeText: maybeText,
  endMessage: maybeText,
};

const anySession: fc.Arbitrary<StreamSession> = fc
  .record({
    appId: anyText,
    sequence: anyText,
    push: fc.option(fc.record({ ...choice, facts: fc.record(factValues) })),
    end: fc.option(fc.record({ ...choice, facts: fc.record(factValues), ...end })),
    firstReceivedAtMs: fc.maxSafeInteger(),
    lastReceivedAtMs: fc.maxSafeInteger(),
    deliveries: fc.nat(),
    closedAtMs: fc.option(fc.maxSafeInteger()),
    /** What the interruption says as the push does. */
    repeated: fc.oneof(fc.constant(factNames), fc.constantFrom(...factNames.map(allBut)), fc.subarray(factNames)),
  })
  .map(({ repeated, ...session }) => {
    const { push, end: ended } = session;
    if (push === null || ended === null) return session;
    const facts = { ...ended.facts, ...Object.fromEntries(repeated.map((name) => [name, push.facts[name]])) };
    return { ...session, end: { ...ended, facts } };
  });

describe('the fold of a session, as its row keeps it', () => {
  test('property: is read back as it was, whatever the interruption says again of the push', () => {
    fc.assert(
      fc.property(anySession, (session) => {
        expect(fromFoldText(toFoldText(session), session.appId, session.sequence)).toEqual(session);
      }),
    );
  });

  test('says once what push and interruption say alike', () => {
    const facts = {
      domain: 'push.example.com',
      path: 'live',
      streamId: 'one-stream',
      channelId: 'one-stream',
      node: '100.1.1.1',
      userIp: '10.1.1.1',
      streamParam: 'txSecret=0',
      width: null,
      height: null,
      setId: null,
      idcId: null,
    };
    const text = toFoldText({
      appId: '1',
      sequence: '2',
      push: { occurredAtMs: 1, digest: 'push', facts },
      end: {
        occurredAtMs: 2,
        digest: 'end',
        facts,
        pushDurationMs: 1,
        endCode: 0,
        endCodeText: null,
        endMessage: 'ok',
      },
      firstReceivedAtMs: 1,
      lastReceivedAtMs: 2,
      deliveries: 2,
      closedAtMs: null,
    });
    expect(text.split('push.example.com')).toHaveLength(2);
  });
});
