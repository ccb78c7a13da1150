import { expect, test } from '@jest/globals';
import { LedgerRejected, type LedgerClient } from '../../../simulator/actual/ledger-client.ts';
import { readAll } from '../../../simulator/actual/ledger-pages.ts';

const list = { list: 'streamSessions', isFilteredByAccount: true, fields: 'appId' } as const;

/** A ledger with this many sessions of one account, which refuses larger pages with this code. */
function ledgerOf(sessions: number, { pageMax, code }: { pageMax: number; code: string }): LedgerClient {
  const query = (_query: string, { first, after }: Readonly<Record<string, unknown>> = {}) => {
    if (Number(first) > pageMax) return Promise.reject(new LedgerRejected(code, 'Ask for less.'));
    const from = Number(after ?? 0);
    const nodes = Array.from({ length: Math.min(Number(first), sessions - from) }, () => ({ appId: '1' }));
    const end = from + nodes.length;
    const page = { nodes, pageInfo: { hasNextPage: end < sessions, endCursor: String(end) } };
    return Promise.resolve({ list: page });
  };
  return { query: query as LedgerClient['query'], untilProjected: () => Promise.resolve() };
}

async function count(ledger: LedgerClient): Promise<number> {
  let nodes = 0;
  for await (const { appId } of readAll<{ appId: string }>(ledger, list, ['1'])) nodes += Number(appId);
  return nodes;
}

test.each(['OPERATION_TOO_COSTLY', 'OPERATION_TIMEOUT'])('asks for smaller pages after %s', async (code) => {
  expect(await count(ledgerOf(1_000, { pageMax: 40, code }))).toBe(1_000);
});

test('gives up where no page is small enough, or another refusal comes', async () => {
  await expect(count(ledgerOf(3, { pageMax: 0, code: 'OPERATION_TIMEOUT' }))).rejects.toThrow(LedgerRejected);
  await expect(count(ledgerOf(3, { pageMax: 100, code: 'FORBIDDEN' }))).rejects.toThrow(LedgerRejected);
});
