import { expect, test } from '@jest/globals';
import { callbackKindOf } from '../../src/callbacks/callback.ts';

test('what a callback is about is known of documented types; 0 is an interruption, never "missing"', () => {
  expect([0, 1, 100, 314, 344].map(callbackKindOf)).toEqual(['INTERRUPTION', 'PUSH', 'RECORDING', 'RELAY', 'QUALITY']);
  expect([null, -1, 2, 999].map(callbackKindOf)).toEqual(['OTHER', 'OTHER', 'OTHER', 'OTHER']);
});
