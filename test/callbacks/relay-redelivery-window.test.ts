import { describe, expect, test } from '@jest/globals';
import { interpret } from '../../src/callbacks/callback.ts';
import { redeliveryWindowMs } from '../../src/callbacks/identity.ts';
import { relayBody } from '../support/relay-bodies.ts';
import { parseSample } from '../support/samples.ts';

const windowOf = (body: Record<string, unknown>) => redeliveryWindowMs(interpret(body));
const minutes = 60_000;

describe('an equal relay callback without a time is a redelivery', () => {
  describe.each(['VodSourceFileStart', 'VodSourceFileFinish'])('of %s', (callbackEvent) => {
    test.each([
      [1, 0],
      [5, 4_000],
      ['600', 9 * minutes],
      [1_000, 15 * minutes],
      [1_001, 15 * minutes],
      [14_920, 15 * minutes],
    ])(
      'within the file’s duration of %j s less a tenth and at least a second, and 15 minutes at most',
      (duration, windowMs) => {
        expect(windowOf(relayBody(callbackEvent, { url: 'u', index: 0, duration }))).toBe(windowMs);
      },
    );

    test.each([0, '0', null, -5, 'long', undefined])('within a minute where the duration is %p', (duration) => {
      expect(windowOf(relayBody(callbackEvent, { url: 'u', index: 0, duration }))).toBe(minutes);
    });

    test.each(['', 'not JSON', '[]'])('within a minute where msg can not be read: %j', (msg) => {
      expect(windowOf(relayBody(callbackEvent, msg))).toBe(minutes);
    });
  });

  test.each([
    ['TaskStart', { task_start_time: 0 }],
    ['TaskExit', { code: -22, task_exit_time: 0 }],
    ['TaskAlarm', { type: 'PullFileUnstable', duration: 600 }],
    ['ResetTaskConfig', {}],
    ['Whatever', { duration: 600 }],
  ])('of %s within a minute', (callbackEvent, msg) => {
    expect(windowOf(relayBody(callbackEvent, msg))).toBe(minutes);
  });

  test('of the file samples within 15 minutes: their file is longer', () => {
    expect(windowOf(parseSample('relay-en-vod-source-file-start'))).toBe(15 * minutes);
  });
});

describe('an equal relay callback with a time is a redelivery for ever', () => {
  test.each([
    ['a start with its time in msg', relayBody('TaskStart', { task_start_time: 1 })],
    ['an exit with its time in msg', relayBody('TaskExit', { task_exit_time: '1600000000000' })],
    ['a file with event_time', relayBody('VodSourceFileStart', { duration: 60 }, { event_time: '1600000000' })],
    ['an alarm with event_time', relayBody('TaskAlarm', {}, { event_time: 1_600_000_000 })],
  ])('%s', (_name, body) => {
    expect(windowOf(body)).toBeNull();
  });
});
