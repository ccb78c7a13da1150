import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../src', import.meta.url));

// SQLite plans by the value of `LIMIT ?`: it prepares the statement anew each time that a value is bound. `LIMIT +?` is an
// expression, whose value it does not look at.
test('no statement is prepared anew with each use because its LIMIT is a bare parameter', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.filter((file) => /\bLIMIT \?/.test(readFileSync(path.join(source, file), 'utf8')))).toEqual([]);
  expect(files.some((file) => readFileSync(path.join(source, file), 'utf8').includes('LIMIT +?'))).toBe(true);
});
