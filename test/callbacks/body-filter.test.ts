import { describe, expect, test } from '@jest/globals';
import { matchesFilter, type BodyFilter } from '../../src/callbacks/callback.ts';
import { isCallbackEvent } from '../../src/callbacks/event-naming.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { relayBody } from '../support/relay-bodies.ts';

const matches = (body: unknown, filter: BodyFilter) => matchesFilter(Buffer.from(JSON.stringify(body)), filter);
const nothing: BodyFilter = { eventTypes: null, appIds: null, domains: null, paths: null, streamIds: null };

describe('a filter of callbacks by their bodies', () => {
  test.each([{}, nothing])('that asks for nothing takes every JSON object, and nothing else: %j', (filter) => {
    expect(matches({}, filter)).toBe(true);
    expect(matches([], filter)).toBe(false);
    expect(matchesFilter(Buffer.from('no JSON'), filter)).toBe(false);
  });

  const push = pushBody({ app: 'Test.Domain.com' });
  const relay = relayBody('TaskStart', {}, { to_url: 'rtmp://Test.Domain.com/live/test_stream?a=1', stream_id: '' });

  test.each<[BodyFilter, BodyFilter]>([
    [{ eventTypes: [1, 314] }, { eventTypes: [0] }],
    [{ appIds: ['12345678', '4'] }, { appIds: ['1'] }],
    [{ domains: ['test.domain.com'] }, { domains: ['other.com'] }],
    [{ paths: ['live'] }, { paths: ['other'] }],
    [{ streamIds: ['test_stream'] }, { streamIds: ['other'] }],
  ])('takes what is in its list, of a push and of the target of a relay: %j, not %j', (filter, other) => {
    for (const body of [push, relay]) {
      expect(matches(body, { ...nothing, ...filter })).toBe(true);
      expect(matches(body, other)).toBe(false);
      expect(matches(body, { paths: ['live'], ...other })).toBe(false);
      expect(matches({}, filter)).toBe(false);
    }
  });

  test('finds no path where the target of a relay can not be read', () => {
    expect(matches({ ...relay, to_url: 'live/one' }, { paths: ['live'] })).toBe(false);
  });
});

describe('an event of the log is an accepted callback', () => {
  test.each([
    ['pushedStream-1/a.com/live/s', 'CssPush', true],
    ['account-1', 'CssOther', true],
    ['account-1', 'NoteWritten', false],
    ['account-1', 'OfCss', false],
    ['quarantine-forged', 'CssQuarantined', false],
    ['ledger', 'LogBegun', false],
  ])('in the stream %s with the type %s: %p', (streamName, type, isOne) => {
    expect(isCallbackEvent({ streamName, type })).toBe(isOne);
  });
});
