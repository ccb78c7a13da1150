import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packAppends, unpackAppends } from '../../../src/log/sqlite/worker-committer.ts';
import { inTime } from '../../support/scenarios.ts';

const bytes = fc.uint8Array({ maxLength: 40 });
const appends = fc.array(
  fc.record({
    streamName: fc.string({ unit: 'binary' }),
    expected: fc.oneof(fc.constantFrom('any' as const, 'none' as const), fc.bigInt({ min: 0n, max: 2n ** 62n })),
    events: fc.array(
      fc.record({ eventId: fc.uuid(), type: fc.string({ unit: 'binary' }), data: bytes, metadata: bytes }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
);

test('property: unpacking returns the packed appends, also after the buffer was transferred', () => {
  fc.assert(
    fc.property(appends, (all) => {
      const group = packAppends(all);
      const unpacked = unpackAppends(structuredClone(group, { transfer: [group.bytes] }));
      expect(group.bytes.byteLength).toBe(0);
      const plain = (appends: typeof all) =>
        appends.map((append) => ({
          ...append,
          events: append.events.map((event) => ({
            ...event,
            data: [...event.data],
            metadata: [...event.metadata],
          })),
        }));
      expect(plain(unpacked as typeof all)).toEqual(plain(all));
    }),
    inTime,
  );
});
