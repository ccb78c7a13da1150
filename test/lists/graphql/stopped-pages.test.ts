import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import { querySlices } from '../../../src/api/execution/execute.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { openReadModelForReading } from '../../../src/projecting/file/read-model-file.ts';
import { createReadModelReader } from '../../../src/projecting/file/read-model-reader.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { budgetOf } from '../../support/list-requests.ts';
import { fillSessions } from '../../support/list-rows.ts';

/** Lists of few matches, as clients page through them when a budget ends their pages. */

const schema = ledgerSchema();
let ledger: Ledger;
let rowsTotal: number;
let db: ReturnType<typeof openReadModelForReading>;
beforeAll(() => {
  ledger = openLedger();
  const readModel = ledger.openReadModel();
  rowsTotal = fillSessions(readModel.db, 200).length;
  db = openReadModelForReading(readModel.db.name);
});
afterAll(() => {
  db.close();
  return ledger.close();
});

interface Page {
  readonly edges: readonly { readonly node: { readonly sequence: string } }[];
  readonly pageInfo: Readonly<Record<'hasNextPage' | 'hasPreviousPage', boolean>> &
    Readonly<Record<'startCursor' | 'endCursor', string | null>>;
  readonly totalCount: number;
  readonly totalCountIsCapped: boolean;
  readonly totalCountCappedBy: string | null;
}

async function pageOf(args: string, rows: number): Promise<Page> {
  const readModel = createReadModelReader(db);
  const { data, errors } = await graphql({
    schema,
    source: `{ page: streamSessions(filter: { accessPoint: { eq: "n1" }, path: { eq: "live" } } ${args}) {
      edges { node { sequence } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsCapped totalCountCappedBy } }`,
    contextValue: {
      readModel,
      log: { logId: readModel.logId, epoch: '' },
      rows: budgetOf(rows),
      role: 'admin',
      slices: querySlices.ofOne(),
      clock: systemClock,
    },
  });
  expect(errors).toBeUndefined();
  return data?.['page'] as Page;
}

const sequencesOf = ({ edges }: Page) => edges.map(({ node }) => node.sequence);

test('the cursor of a page that a budget ended leads on, forwards and backwards, until all rows were listed', async () => {
  const whole = await pageOf('', 10_000);
  expect(whole).toMatchObject({ totalCountIsCapped: false, totalCountCappedBy: null });
  expect(sequencesOf(whole)).toHaveLength(whole.totalCount);

  const forwards: string[] = [];
  let emptyPages = 0;
  for (let cursor: string | null = null; ;) {
    const page: Page = await pageOf(cursor === null ? '' : `after: "${cursor}"`, 6);
    expect(page).toMatchObject({ totalCountIsCapped: true, totalCountCappedBy: 'ROW_BUDGET' });
    expect(page.edges.length).toBeLessThan(6);
    if (page.edges.length === 0) emptyPages += 1;
    forwards.push(...sequencesOf(page));
    if (!page.pageInfo.hasNextPage) break;
    cursor = page.pageInfo.endCursor;
  }
  expect(forwards).toEqual(sequencesOf(whole));
  expect(emptyPages).toBeGreaterThan(rowsTotal / 20);

  const backwards: string[] = [];
  for (let cursor: string | null = null; ;) {
    const page: Page = await pageOf(`last: 50 ${cursor === null ? '' : `before: "${cursor}"`}`, 6);
    backwards.unshift(...sequencesOf(page));
    if (!page.pageInfo.hasPreviousPage) break;
    cursor = page.pageInfo.startCursor;
  }
  expect(backwards).toEqual(sequencesOf(whole));
});
