import { describe, expect, test } from '@jest/globals';
import type { BodyFilter } from '../../src/callbacks/callback.ts';
import { isForwarded } from '../../src/forwarding/target.ts';
import type { RecordedEvent } from '../../src/log/event-store.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { newEvent } from '../support/log-events.ts';

const recorded = (body: unknown, overrides: Partial<RecordedEvent> = {}): RecordedEvent => ({
  ...newEvent({ type: 'CssPush', data: Buffer.from(JSON.stringify(body)) }),
  streamName: 'pushedStream-1/a.com/live/s',
  revision: 0n,
  position: 1n,
  recordedAtMs: 0,
  ...overrides,
});
const relay = {
  event_type: 314,
  callback_event: 'TaskStart',
  task_id: '1',
  to_url: 'rtmp://Push.Example.com/live/s?txSecret=1',
};

describe('what is forwarded', () => {
  test('every recorded callback; neither the ledger’s own events nor what is in quarantine', () => {
    expect(isForwarded(recorded(pushBody()), null)).toBe(true);
    expect(isForwarded(recorded({}, { streamName: 'account-1', type: 'CssOther' }), null)).toBe(true);
    expect(isForwarded(recorded({}, { streamName: 'ledger', type: 'LogBegun' }), null)).toBe(false);
    expect(isForwarded(recorded(pushBody(), { streamName: 'quarantine-forged', type: 'CssQuarantined' }), null)).toBe(
      false,
    );
    expect(isForwarded(recorded(pushBody(), { type: 'NoteWritten' }), null)).toBe(false);
  });

  test('a damaged one, whatever the filter: its target is told, or it would be missing unnoticed', () => {
    const damaged = recorded(pushBody(), { isDamaged: true });
    expect(isForwarded(damaged, { domains: ['other.com'] })).toBe(true);
    expect(isForwarded({ ...damaged, type: 'LogBegun' }, null)).toBe(false);
  });

  test.each<[string, BodyFilter, unknown, boolean]>([
    ['an event type', { eventTypes: [0] }, interruptionBody(), true],
    ['another event type', { eventTypes: [0, 314] }, pushBody(), false],
    ['a domain, in whatever case', { domains: ['test.domain.com'] }, pushBody({ app: 'Test.Domain.com' }), true],
    ['another domain', { domains: ['other.com'] }, pushBody(), false],
    ['the domain that a relay pushes to', { domains: ['push.example.com'] }, relay, true],
    ['the path that a relay pushes to', { paths: ['live'] }, relay, true],
    ['no domain, where one is asked for', { domains: ['a.com'] }, { ...relay, to_url: undefined }, false],
    ['a path', { paths: ['live'] }, pushBody(), true],
    ['a path but not the type', { paths: ['live'], eventTypes: [0] }, pushBody(), false],
  ])('a filter by %s', (_what, filter, body, isExpected) => {
    expect(isForwarded(recorded(body), filter)).toBe(isExpected);
  });
});
