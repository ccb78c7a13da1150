import { expect, test } from '@jest/globals';
import { notBackOf } from '../../console/src/pages/live/not-back/not-back.ts';

const stream = (streamId: string | null, more: object = {}) => ({
  appId: '1',
  domain: 'a.example',
  path: 'live',
  streamId,
  ...more,
});
const ended = (streamId: string | null, minute: number, more: object = {}) => ({
  ...stream(streamId, more),
  endedAt: `2026-11-21T03:${String(minute).padStart(2, '0')}:00.000Z`,
});

test('a stream that a fault ended is not back until it is live, or was pushed again and stopped', () => {
  const faults = [ended('gone', 28), ended('back', 28), ended('stopped', 28)];
  expect(notBackOf(faults, [ended('stopped', 40), ended('gone', 10)], [stream('back')])).toEqual([faults[0]]);
});

test('the same name on another domain is another stream', () => {
  const faults = [ended('one', 28)];
  expect(notBackOf(faults, [], [stream('one', { domain: 'b.example' })])).toEqual(faults);
});

test('each stream is there once, with its newest push; pushes without a name are not', () => {
  const faults = [ended('one', 30), ended(null, 29), ended('one', 28)];
  expect(notBackOf(faults, [], [])).toEqual([faults[0]]);
});
