import { describe, expect, test } from '@jest/globals';
import { interpret } from '../../src/callbacks/callback.ts';
import { redeliveryWindowMs } from '../../src/callbacks/identity.ts';
import { interruptionBody, pushBody, without } from '../support/callback-bodies.ts';
import { parseSample } from '../support/samples.ts';

const windowOf = (body: Record<string, unknown>) => redeliveryWindowMs(interpret(body));

describe('equal callbacks are one callback', () => {
  test.each([
    ['a push', pushBody()],
    ['an interruption', interruptionBody()],
    ['a push without a time, because its sequence never comes again', without(pushBody(), 'event_time')],
    ['an unknown event type', { event_type: 332 }],
    ['no event type', {}],
    ['a relay callback with a time', { ...parseSample('relay-en-task-exit'), event_time: '1600000000' }],
  ])('for ever: %s', (_name, body) => {
    expect(windowOf(body)).toBeNull();
  });

  test.each(['en', 'id', 'ja', 'ko'])(
    'within a minute only: a relay callback without a time, which may repeat (%s)',
    (language) => {
      const exit = {
        ...parseSample(`relay-${language}-task-exit`),
        msg: '{"message":"write packet error.","code":-22}',
      };
      expect(windowOf(exit)).toBe(60_000);
      expect(windowOf({ ...exit, event_time: 0 })).toBe(60_000);
    },
  );
});
