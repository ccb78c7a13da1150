import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { errorCodes } from '../../../src/kernel/errors.ts';

/** Rows of the table `| code | meaning | what to do |`, without the backticks around a code. */
function documentedCodes(): string[][] {
  const text = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  return text
    .split('\n')
    .map((line) => /^\| *`?([A-Z][A-Z_]+)`? *\|(.*)\|(.*)\|$/.exec(line))
    .filter((match) => match !== null)
    .map(([, code = '', meaning = '', whatToDo = '']) => [code, meaning.trim(), whatToDo.trim()]);
}

test('docs/errors.md has exactly the codes and texts of src/kernel/errors.ts', () => {
  expect(documentedCodes()).toEqual(
    Object.entries(errorCodes).map(([code, { meaning, whatToDo }]) => [code, meaning, whatToDo]),
  );
});
