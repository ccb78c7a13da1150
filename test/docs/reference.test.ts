import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { referencePages } from '../../build/reference/reference.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the generated blocks of docs/ are what `npm run docs` writes', async () => {
  const pages = await referencePages(root);
  expect([...pages.keys()].sort()).toEqual(expect.arrayContaining(['errors.md', 'log-messages.md', 'metrics.md']));
  for (const [name, text] of pages) expect(readFileSync(path.join(root, 'docs', name), 'utf8')).toBe(text);
});
