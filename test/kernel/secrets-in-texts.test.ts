import { describe, expect, test } from '@jest/globals';
import { hiderOf } from '../../src/kernel/secrets.ts';
import { canaries, marksIn, settingsSecrets } from '../access/canaries.ts';

const hide = hiderOf(Object.values(settingsSecrets));

describe('secrets in a text', () => {
  test.each(canaries.map(({ name, ...canary }) => [name, canary] as const))('%s', (_name, { encoded, mark }) => {
    const left = hide(`before ${encoded} after`);
    expect([marksIn(left, [mark]), left]).toEqual([[], left]);
  });
});
