import { expect, test } from '@jest/globals';
import type { NewEvent, RecordedEvent } from '../../../src/log/event-store.ts';
import { createStreamNames } from '../../../src/log/eventstoredb/settings.ts';
import {
  decodeLeaseEvent,
  encodeLeaseEvent,
  forwardingStreamOf,
  nodesLease,
} from '../../../src/forwarding/lease/lease-stream.ts';
import { afterChange, newProgress } from '../../../src/forwarding/lease/leased-progress.ts';
import { readGolden } from '../../support/golden.ts';

interface Golden {
  readonly target: string;
  readonly streamName: string;
  readonly serverName: string;
  readonly renewals: string;
  readonly events: readonly { readonly what: string; readonly type: string; readonly data: object }[];
}

const recorded = (event: Pick<NewEvent, 'type' | 'data'>): RecordedEvent => ({
  eventId: '',
  streamName: 'forwarding-one',
  revision: 0n,
  position: 1n,
  recordedAtMs: 0,
  metadata: Buffer.from('{}'),
  ...event,
});
const golden = readGolden<Golden>('forwarding');

test('the stream of a target keeps its name, and no filter of a ledger matches it', () => {
  const names = createStreamNames('live_ledger');
  expect(forwardingStreamOf(golden.target)).toBe(golden.streamName);
  expect(names.toServer(golden.streamName)).toBe(golden.serverName);
  expect(names.toServer(forwardingStreamOf(nodesLease))).toBe(golden.renewals);
  expect(names.metadataOf(golden.streamName)).toBe(`$$${golden.serverName}`);
  expect(names.toLocal(golden.serverName)).toBe(golden.streamName);
  for (const prefix of ['live_ledger', 'live_ledger_forwarding', 'live']) {
    for (const begins of createStreamNames(prefix).filterPrefixes) {
      const beside = [golden.serverName, `$$${golden.serverName}`, golden.renewals, `$$${golden.renewals}`];
      expect(beside.filter((name) => name.startsWith(begins))).toEqual([]);
    }
  }
});

test.each(golden.events)('$what is read and written as it always was', ({ type, data }) => {
  const event = decodeLeaseEvent(recorded({ type, data: Buffer.from(JSON.stringify(data)) }));
  if (event === null) throw new Error('It is not read.');
  const written = encodeLeaseEvent(event);
  expect([written.type, JSON.parse(Buffer.from(written.data).toString())]).toEqual([type, data]);
});

test('what is none of ours, or was changed since, is passed over', () => {
  const ours = recorded(encodeLeaseEvent({ kind: 'renewed', holder: 'a', progress: newProgress(1n), change: null }));
  expect(decodeLeaseEvent(ours)).toMatchObject({ kind: 'renewed', holder: 'a' });
  expect(decodeLeaseEvent({ ...ours, isDamaged: true })).toBeNull();
  expect(decodeLeaseEvent({ ...ours, isUnchecked: true })).toBeNull();
  expect(decodeLeaseEvent({ ...ours, type: 'SomethingElse' })).toBeNull();
  expect(decodeLeaseEvent({ ...ours, data: Buffer.from('[]') })).toBeNull();
});

test('a replay keeps what has failed before its start, and a skip sets aside what has failed, the newest first', () => {
  const failedAt = (position: bigint) =>
    ({ position, attempts: 2, firstFailedAtMs: 1, lastFailedAtMs: 2, fault: 'TIMEOUT' }) as const;
  const before = {
    ...newProgress(50n),
    pending: [10n, 20n, 40n],
    failed: [failedAt(10n), failedAt(40n)],
    setAside: [failedAt(5n)],
    setAsideTotal: 1,
  };
  expect(afterChange(before, { what: 'replay', after: 20n })).toEqual({
    ...before,
    readTo: 20n,
    pending: [10n],
    failed: [failedAt(10n)],
  });
  expect(afterChange(before, { what: 'skip' })).toEqual({
    ...before,
    pending: [20n],
    failed: [],
    setAside: [failedAt(40n), failedAt(10n), failedAt(5n)],
    setAsideTotal: 3,
  });
});
