import { expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { undocumentedExports } from './undocumented-exports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('every export that another folder imports has a docblock that says more than its name', () => {
  const found = undocumentedExports(root, ['src', 'simulator']).map(
    ({ file, name, reason }) => `${file} ${name}: ${reason}`,
  );
  expect(found).toEqual([]);
});

test('an export without a docblock, or with an empty one, is found where another folder imports it', () => {
  const copy = makeTemporaryFolder();
  const write = (file: string, lines: readonly string[]) => {
    mkdirSync(path.dirname(path.join(copy.path, file)), { recursive: true });
    writeFileSync(path.join(copy.path, file), lines.join('\n'));
  };
  write('src/one/sessions.ts', [
    'export const bare = 1;',
    '/** The session. */',
    'export interface Session { id: string }',
    '/** Milliseconds that an answer may take. */',
    'export const answerMsMax = 1;',
    'export interface Members {',
    '  /** Of CSS. */',
    '  id: string;',
    '}',
    'export const nobodyElseImportsIt = 1;',
  ]);
  write('src/one/neighbour.ts', ["import { nobodyElseImportsIt } from './sessions.ts';"]);
  write('src/two/user.ts', [
    "import { bare, type Session as Other, answerMsMax, type Members } from '../one/sessions.ts';",
  ]);
  const found = undocumentedExports(copy.path, ['src']);
  copy.remove();
  expect(found).toEqual([
    { file: 'src/one/sessions.ts', name: 'bare', reason: 'no docblock' },
    { file: 'src/one/sessions.ts', name: 'Session', reason: 'says no more than its name' },
  ]);
});
