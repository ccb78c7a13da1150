import { describe, expect, test } from '@jest/globals';
import { LogUnusable } from '../../../src/log/event-store.ts';
import { createStreamNames, streamOfMetadata } from '../../../src/log/eventstoredb/settings.ts';

describe('names of streams in EventStoreDB', () => {
  const names = createStreamNames('live_ledger');

  test.each(['ledger', 'account-1', 'pushedStream-1/도메인.한국/방송/스트림', '$$account-1', ''])(
    'are converted back to what they were: %s',
    (streamName) => {
      expect(names.toLocal(names.ofRecorded(streamName))).toBe(streamName);
    },
  );

  test('begin with the prefix and a dot, the stream of the metadata with $$ before it', () => {
    expect(names.toServer('account-1')).toBe('live_ledger.account-1');
    expect(names.metadataOf('account-1')).toBe('$$live_ledger.account-1');
    expect(names.toLocal('$$live_ledger.account-1')).toBe('$$account-1');
    expect([streamOfMetadata('$$account-1'), streamOfMetadata('account-1')]).toEqual(['account-1', null]);
  });

  test('of one ledger never begin as those of another do, whose prefix is longer', () => {
    const [shorter, longer] = [createStreamNames('a'), createStreamNames('ab')];
    for (const prefix of shorter.filterPrefixes) {
      expect(longer.toServer('account-1').startsWith(prefix)).toBe(false);
      expect(longer.metadataOf('account-1').startsWith(prefix)).toBe(false);
    }
  });

  test.each(['', '$a', 'a.b', 'a-b', '1a', 'é', 'a b', 'x'.repeat(41)])('refuse the prefix %p', (prefix) => {
    expect(() => createStreamNames(prefix)).toThrow(LogUnusable);
    expect(() => createStreamNames(prefix)).toThrow(/EVENT_STORE_PREFIX/);
  });
});
