import { expect, test } from '@jest/globals';
import { quarantineStreamOf, unknownSender } from '../../../src/quarantine/quarantine.ts';
import { QuarantineShare } from '../../../src/quarantine/keeping/share.ts';

const open = (slackBytes = 0, sendersMax = 10) => new QuarantineShare('FORGED', { slackBytes, sendersMax });
const [one, other] = ['0000000000000001', '0000000000000002'];

test('counts what is reserved against the room, and what is stored as used', () => {
  const share = open();
  expect([share.reserve('a', 60, 100), share.reserve('b', 41, 100), share.reserve('b', 40, 100)]).toEqual([
    true,
    false,
    true,
  ]);
  expect(share.usage()).toEqual({ events: 0, bytes: 0 });
  share.store('a', 60);
  share.cancel('b', 40);
  expect(share.usage()).toEqual({ events: 1, bytes: 60 });
  expect(share.streams()).toEqual(['a']);
});

test('lets who has less than an equal part use twice the slack, so that others do not get it refused', () => {
  const share = open(10);
  share.count('a', { events: 1, bytes: 90 });
  share.count('b', { events: 1, bytes: 5 });
  expect(share.reserve('a', 16, 100)).toBe(false);
  expect(share.reserve('a', 15, 100)).toBe(true);
  expect(share.reserve('b', 11, 100)).toBe(false);
  expect(share.reserve('b', 10, 100)).toBe(true);
});

test('knows who has most in the log, and forgets who has nothing', () => {
  const share = open();
  expect(share.most()).toBeNull();
  share.count('a', { events: 2, bytes: 20 });
  share.count('b', { events: 1, bytes: 30 });
  expect(share.reserve('c', 100, 1_000)).toBe(true);
  expect(share.most()).toEqual({ streamName: 'b', events: 1, bytes: 30 });
  expect(share.equalPart(90)).toBe(30);
  share.remove('b', { events: 1, bytes: 30 });
  expect(share.streams()).toEqual(['a', 'c']);
});

test('distinguishes so many senders, and gives further ones a part together', () => {
  const share = open(0, 1);
  const stream = share.streamOf(one);
  expect(stream).toBe(quarantineStreamOf('FORGED', one));
  share.count(stream, { events: 1, bytes: 1 });
  expect(share.streamOf(one)).toBe(stream);
  expect(share.streamOf(other)).toBe(quarantineStreamOf('FORGED', unknownSender));
});

test('a node that finds more in a stream than it has counted goes on counting from nothing', () => {
  const share = open();
  share.count('a', { events: 1, bytes: 10 });
  share.remove('a', { events: 5, bytes: 50 });
  expect(share.usage()).toEqual({ events: 0, bytes: 0 });
});
