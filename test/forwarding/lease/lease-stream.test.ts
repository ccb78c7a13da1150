import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../src/log/event-store.ts';
import { LeaseStream, type LeaseStore } from '../../../src/forwarding/lease/lease-stream.ts';
import { newProgress } from '../../../src/forwarding/lease/leased-progress.ts';
import { createInMemoryLog, openInMemoryEventStore } from '../../support/in-memory-event-store.ts';

test('a change that was read before the reading failed is read again, since nobody was told of it', async () => {
  const log = openInMemoryEventStore(createInMemoryLog(), () => 0);
  let readableEvents = Infinity;
  const store: LeaseStore = {
    append: (...given) => log.append(...given),
    truncateStream: (...given) => log.truncateStream(...given),
    async *readStream(...given) {
      let events = 0;
      for await (const event of log.readStream(...given)) {
        if ((events += 1) > readableEvents) throw new StoreUnavailable('It is cut off.');
        yield event;
      }
    },
  };
  const [first, second] = [new LeaseStream('one', store), new LeaseStream('one', store)];
  await first.append({ kind: 'taken', holder: 'first', progress: newProgress(1n), change: null });
  await second.readNew();
  await second.append({ kind: 'changed', holder: '', progress: null, change: { what: 'pause' } });
  await second.append({ kind: 'changed', holder: '', progress: null, change: { what: 'resume' } });
  readableEvents = 1;
  await expect(first.readNew()).rejects.toThrow(StoreUnavailable);
  readableEvents = Infinity;
  expect((await first.readNew()).map(({ change }) => change?.what)).toEqual(['pause', 'resume']);
});
