import { describe, expect, test } from '@jest/globals';
import {
  isFactStream,
  keyedFactStreamOf,
  operatorFactsStream,
  readFact,
  writeFact,
  type FactEvent,
} from '../../src/facts/operator-fact-events.ts';
import { readGolden } from '../support/golden.ts';

interface GoldenEvent {
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

const golden = readGolden<
  Readonly<Record<'closed' | 'note' | 'withdrawn', GoldenEvent>> & { stream: string; keyedStream: string }
>('operator-facts');
const atMs = Date.parse('2018-12-18T07:00:00.123Z');
const session = { type: 'StreamSession', appId: '12345678', key: '6674468118806626493' } as const;
const task = { type: 'RelayTask', appId: '12345678', key: 'line-1' } as const;
const endedAtMs = Date.parse('2018-12-18T06:50:20Z');

const facts: readonly (readonly ['closed' | 'note' | 'withdrawn', FactEvent])[] = [
  ['closed', { kind: 'CLOSED', subject: session, text: 'seen to end', by: 'anna', atMs, endedAtMs }],
  ['note', { kind: 'NOTE', subject: task, text: 'a note', by: null, atMs, endedAtMs: null }],
  [
    'withdrawn',
    {
      kind: 'WITHDRAWN',
      subject: task,
      withdraws: '11111111-1111-4111-8111-111111111111',
      text: 'another task',
      by: 'anna',
      atMs,
    },
  ],
];

const bytesOf = ({ type, data, metadata }: GoldenEvent) => ({
  type,
  data: Buffer.from(data),
  metadata: Buffer.from(metadata),
});

describe('what the log has of operators’ facts never changes', () => {
  test('the streams', () => {
    expect(operatorFactsStream).toBe(golden.stream);
    expect(keyedFactStreamOf('3a274425-2ea1-802f-be66-525ff32bd09a')).toBe(golden.keyedStream);
    expect([golden.stream, golden.keyedStream, 'operator-factsheet'].map(isFactStream)).toEqual([true, true, false]);
  });

  test.each(facts)('%s', (name, fact) => {
    const { type, data, metadata } = writeFact(fact);
    expect({ type, data: data.toString(), metadata: metadata.toString() }).toEqual(golden[name]);
    expect(readFact(bytesOf(golden[name]))).toEqual(fact);
  });
});

test('an event of a later version is none that this one reads', () => {
  expect(readFact({ ...bytesOf(golden.note), type: 'OperatorSangASong' })).toBeNull();
});

test.each([
  ['no JSON', 'no', golden.note.metadata],
  [
    'a subject of another kind',
    '{"subject":{"type":"Camera","appId":"1","taskId":"1"},"text":"x"}',
    golden.note.metadata,
  ],
  [
    'a session without a sequence',
    '{"subject":{"type":"StreamSession","appId":"1","taskId":"1"},"text":"x"}',
    golden.note.metadata,
  ],
  ['a task without an id', '{"subject":{"type":"RelayTask","appId":"1","taskId":1},"text":"x"}', golden.note.metadata],
  [
    'another subject that has a sequence',
    '{"subject":{"type":"Camera","appId":"1","sequence":"1"},"text":"x"}',
    golden.note.metadata,
  ],
  ['no subject', '{"text":"x"}', golden.note.metadata],
  ['no account', '{"subject":{"type":"RelayTask","taskId":"1"},"text":"x"}', golden.note.metadata],
  ['no text', golden.note.data.replace('"text"', '"words"'), golden.note.metadata],
  ['no time', golden.note.data, '{}'],
  ['a name that is no text', golden.note.data, golden.note.metadata.replace('}', ',"by":7}')],
])('an event with %s is not readable', (_name, data, metadata) => {
  expect(readFact(bytesOf({ type: golden.note.type, data, metadata }))).toBe('UNREADABLE');
});

test('a withdrawal without the id of a fact is not readable', () => {
  const { type, metadata } = golden.withdrawn;
  expect(readFact(bytesOf({ type, data: golden.note.data, metadata }))).toBe('UNREADABLE');
});
