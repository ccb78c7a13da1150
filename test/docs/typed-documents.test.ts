import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { getOperationAST, validate, type DocumentNode } from 'graphql';
import * as operations from '../../schema/operations.generated.ts';
import { ledgerSchema } from '../../src/api/schema.ts';

const documents = Object.entries(operations as Record<string, unknown>).filter(
  (entry): entry is [string, DocumentNode] => entry[0].endsWith('Document'),
);

test('docs/typed-documents.md lists all of them, each with its kind', () => {
  const page = readFileSync(new URL('../../docs/typed-documents.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, kind]) => [name, kind]);
  const exported = documents.map(([name, document]) => [name, getOperationAST(document, null)?.operation]);
  expect(listed.sort()).toEqual(exported.sort());
});

test('each is valid', () => {
  for (const [name, document] of documents) expect([name, validate(ledgerSchema(), document)]).toEqual([name, []]);
});

test('the package exports them under the name that the page gives, in a file that imports nothing', async () => {
  const resolved = createRequire(import.meta.url).resolve('live-ledger/operations');
  const built = (await import(resolved)) as Record<string, unknown>;
  for (const [name, document] of documents) expect([name, built[name]]).toEqual([name, document]);
  expect(readFileSync(resolved, 'utf8')).not.toMatch(/\bimport\b/);
});
