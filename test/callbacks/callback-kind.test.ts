import { expect, test } from '@jest/globals';
import { callbackTypeOf } from '../../src/callbacks/callback.ts';

const kindOf = (eventType: number | null) => callbackTypeOf(eventType).kind;

test('what a callback is about is known of documented types; 0 is an interruption, never "missing"', () => {
  expect([0, 1, 100, 314, 344].map(kindOf)).toEqual(['INTERRUPTION', 'PUSH', 'RECORDING', 'RELAY', 'QUALITY']);
  expect([null, -1, 2, 999].map(kindOf)).toEqual(['OTHER', 'OTHER', 'OTHER', 'OTHER']);
});
