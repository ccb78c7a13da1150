import { expect, test } from '@jest/globals';
import { loseDisk } from './lose-disk.ts';

test('where the disk of a primary is lost, its standby goes on, has all that it had shown, and clients list again', async () => {
  const { lost, lostOfCopied, cursorAnswer, shown, recorded } = await loseDisk({
    callbacks: 300,
    perSecond: 100,
    say: () => undefined,
  });
  expect(lostOfCopied).toEqual([]);
  expect(cursorAnswer).toBe('CURSOR_INVALID');
  expect(shown.toSorted()).toEqual(recorded.toSorted());
  expect(recorded).toHaveLength(300 - lost.length);
});
