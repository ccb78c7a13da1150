import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Role } from '../../../src/api/access/tokens.ts';
import { readFileSync } from 'node:fs';
import { operationBodyBytesMax, operationEntriesMax, operationRowsMax } from '../../../src/lists/budgets.ts';
import { totalCountMax } from '../../../src/lists/connect-resolver.ts';
import { filterDepthMax, filterPartsMax } from '../../../src/lists/conditions.ts';
import { rowsExaminedMax } from '../../../src/lists/sql/list-query.ts';
import { openDocumentedLedger, type DocumentedLedger } from '../../support/documented-ledger.ts';
import { documentedPaths } from '../../support/documented-paths.ts';

/** What docs/api.md says is run: every document, with the answer that is printed, and the table that lists are read by. */

const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/([^\n]*)\n\n```graphql\n(.*?)```\n(?:\n```json\n(.*?)```)?/gs)].map(
  ([, before = '', query = '', answer]) => ({ before, query, answer }),
);
// Subscriptions are no requests: they have tests of their own.
const documents = blocks.filter(({ query }) => !query.startsWith('subscription'));

let ledger: DocumentedLedger;
beforeAll(async () => {
  ledger = await openDocumentedLedger();
});
afterAll(() => ledger.close());

async function variablesOf(query: string): Promise<Record<string, unknown>> {
  if (!query.includes('$ids')) return {};
  const { data } = await ledger.ask('{ quarantine { nodes { id } } }');
  return { ids: (data?.['quarantine'] as { nodes: { id: string }[] }).nodes.map(({ id }) => id) };
}

/** Whether an answer shows something: no list is empty, and nothing is missing. */
function showsSomething(answered: unknown): boolean {
  if (answered === null || answered === undefined) return false;
  const { nodes } = answered as { nodes?: unknown[] };
  return nodes === undefined || nodes.length > 0;
}

describe('docs/api.md', () => {
  test.each(documents)('$query', async ({ before, query, answer }) => {
    const role = (/by an? (viewer|analyst)/.exec(before)?.[1] ?? 'admin') as Role;
    const { status: _status, ...answered } = await ledger.ask(query, await variablesOf(query), role);
    if (answer !== undefined) {
      // Cut where it is printed: what is printed must be so.
      expect(answered).toMatchObject(JSON.parse(answer) as object);
    } else {
      expect(answered.errors).toBeUndefined();
      for (const [field, value] of Object.entries(answered.data ?? {})) {
        expect([field, showsSomething(value)]).toEqual([field, true]);
      }
    }
  });

  test('has all documents in such blocks, and answers to many of them', () => {
    expect(page.match(/^```graphql$/gm)).toHaveLength(blocks.length);
    expect(documents.length).toBeGreaterThan(30);
    expect(documents.filter(({ answer }) => answer !== undefined).length).toBeGreaterThan(10);
  });

  test('has the table of what an index serves', () => {
    const rows = page
      .split('\n')
      .filter((line) => /^\| `(streamSessions|relayTasks|refusedPushes|callbacks|quarantine|audit)` \|/.test(line));
    expect(rows).toEqual(documentedPaths());
  });

  test('names the limits as they are', () => {
    const limits = [
      filterDepthMax,
      filterPartsMax,
      totalCountMax,
      operationRowsMax,
      rowsExaminedMax,
      operationEntriesMax,
    ];
    for (const limit of [...limits, operationBodyBytesMax]) expect(page).toContain(limit.toLocaleString('en'));
  });
});
