import { expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { retiredWordsIn } from './retired-words.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test.each(['src', 'simulator', 'test', 'bench'])('no name and no comment of %s/ uses a retired word', (folder) => {
  const offences = retiredWordsIn(root, folder).map(
    ({ file, line, words, instead }) => `${file}:${line} ${words}: ${instead}`,
  );
  expect(offences).toEqual([]);
});

test('a retired word is found in a name, a wrapped comment and the name of a file, and nowhere else', () => {
  const copy = makeTemporaryFolder();
  mkdirSync(path.join(copy.path, 'src'));
  writeFileSync(
    path.join(copy.path, 'src/wake-up.ts'),
    [
      'export const toldSessions = 1; // A letter.',
      'export const replaced = `told ${WAKE_UP.held} told`;',
      '/**',
      ' * Once more it looks',
      " * again, for what's here.",
      ' */',
      "export const inText = 'told' + /told/.source;",
      'export const reached = inText.reachedTotal;',
    ].join('\n'),
  );
  const found = retiredWordsIn(copy.path, 'src').map(({ line, words }) => `${line} ${words}`);
  copy.remove();
  expect(found).toEqual(['0 wake up', '1 told', '1 letter', '2 wake up', '2 held', '4 looks again', '8 reached']);
});
