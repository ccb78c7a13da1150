import { expect, test } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { unreadBytesMax, unreadStalledMsMax } from '../../../src/connections/limits.ts';
import { UnreadAnswers, readableOf } from '../../../src/api/http/unread-answers.ts';

function unreadAt() {
  const time = { nowMs: 0 };
  const unread = new UnreadAnswers(() => time.nowMs);
  const cutOff: string[] = [];
  const client = (name: string) => ({ cutOff: () => void cutOff.push(name) });
  return { time, unread, cutOff, client };
}

test('there is room up to the bound, and again once an answer has ended', () => {
  const { unread, cutOff, client } = unreadAt();
  const first = unread.claim(client('first'), unreadBytesMax - 1);
  expect(unread.claim(client('second'), 1)).not.toBeNull();
  expect(unread.claim(client('third'), 1)).toBeNull();
  expect(unread.bytes()).toBe(unreadBytesMax);
  first?.ended();
  first?.ended();
  expect(unread.bytes()).toBe(1);
  expect(unread.claim(client('third'), unreadBytesMax - 1)).not.toBeNull();
  expect(cutOff).toEqual([]);
});

test('who has taken nothing for longest is cut off, one for each refusal, and nobody who still takes some', () => {
  const { time, unread, cutOff, client } = unreadAt();
  const answers = ['a', 'b', 'c', 'd'].map((name) => unread.claim(client(name), unreadBytesMax / 4));
  time.nowMs = unreadStalledMsMax;
  answers[0]?.taken();
  expect(unread.claim(client('e'), unreadBytesMax)).toBeNull();
  expect(unread.claim(client('e'), unreadBytesMax)).toBeNull();
  expect(cutOff).toEqual(['b', 'c']);
  answers[3]?.taken();
  expect(unread.claim(client('e'), unreadBytesMax)).toBeNull();
  expect(cutOff).toEqual(['b', 'c']);
  expect(unread.bytes()).toBe(unreadBytesMax / 2);
});

test('what can not be refused any more is counted beyond the bound', () => {
  const { unread, client } = unreadAt();
  unread.claim(client('a'), unreadBytesMax);
  const answer = unread.count(client('mutation'), 100);
  expect(unread.bytes()).toBe(unreadBytesMax + 100);
  answer.ended();
  expect(unread.bytes()).toBe(unreadBytesMax);
});

test.each([0, 1, 65_536, 200_000])('an answer of %i bytes is given in parts, as it was', async (length) => {
  const { unread, client } = unreadAt();
  const bytes = Buffer.alloc(length, 'abc');
  expect(await text(readableOf(bytes, unread.count(client('a'), length)))).toBe(bytes.toString());
});
