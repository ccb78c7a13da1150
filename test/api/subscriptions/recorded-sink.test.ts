import { expect, test } from '@jest/globals';
import { type LiveMessage, RecordedSink } from '../../../src/api/subscriptions/live-groups.ts';

const message = (cursor: string, ...secretFields: string[]): LiveMessage => ({
  at: { position: BigInt(cursor), ordinal: 0 },
  cursor,
  json: Buffer.from('{}'),
  secretFields,
});

/** A sink that takes everything, and what it was sent and the audit was asked to record, in order. */
function openSink(record: () => Promise<void>) {
  const seen: string[] = [];
  const plain = {
    take(messages: readonly LiveMessage[], from: number) {
      const taken = messages.slice(from);
      seen.push(...taken.map(({ cursor }) => `sent ${cursor}`));
      return taken.length;
    },
    ready: () => Promise.resolve(),
    failed: () => undefined,
  };
  const sink = new RecordedSink(plain, new Set(['body']), async (fields) => {
    seen.push(`records ${[...fields].join(', ')}`);
    await record();
  });
  return { sink, seen };
}

const { signal } = new AbortController();

test('a message with a secret waits for its entry; those before it, and later ones with the same fields, do not', async () => {
  const { sink, seen } = openSink(() => Promise.resolve());
  const messages = [message('1'), message('2', 'body', 'name'), message('3', 'name'), message('4', 'title', 'name')];
  expect([sink.take(messages, 0), sink.take(messages, 1)]).toEqual([1, 0]);
  await sink.ready(signal);
  expect([sink.take(messages, 1), sink.take(messages, 3)]).toEqual([2, 0]);
  await sink.ready(signal);
  expect(sink.take(messages, 3)).toBe(1);
  expect(seen).toEqual(['sent 1', 'records name', 'sent 2', 'sent 3', 'records title', 'sent 4']);
});

test('a message whose entry can not be stored is not sent, and its subscriber gets the error', async () => {
  const { sink, seen } = openSink(() => Promise.reject(new Error('the log takes nothing')));
  expect(sink.take([message('1', 'name')], 0)).toBe(0);
  await expect(sink.ready(signal)).rejects.toThrow('the log takes nothing');
  expect(seen).toEqual(['records name']);
});
