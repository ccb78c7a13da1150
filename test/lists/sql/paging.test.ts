import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Page, PageKey, PageRequest } from '../../../src/lists/listing.ts';
import type { ReadModelReader } from '../../../src/projecting/file/read-model-reader.ts';
import { pushBody, without } from '../../support/callback-bodies.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { pageOf } from '../../support/list-requests.ts';
import type { TestReadModel } from '../../support/read-model.ts';

const sessionsTotal = 40;

/** Several begin in the same second, some at an unknown time, in two domains. */
const arrivals = Array.from({ length: sessionsTotal }, (_, index) => {
  const body = pushBody({ sequence: index + 1, event_time: 1_000 + (index % 7), app: `${index % 2}.example` });
  return { body: index % 5 === 0 ? without(body, 'event_time') : body, receivedAtMs: 1_000_000 + 1_000 * (index % 3) };
});

type Window = Pick<PageRequest<string, string>, 'direction' | 'from' | 'rowsMax'>;
type Ask = (request: Window) => Page<unknown>;

const lists: [name: string, ask: (reader: ReadModelReader) => Ask, total: number][] = [
  ['all sessions', (reader) => (page) => reader.streamSessions(pageOf('STARTED_AT', page)), sessionsTotal],
  [
    'the sessions of a domain',
    (reader) => (page) =>
      reader.streamSessions(
        pageOf('STARTED_AT', { ...page, condition: { field: 'domain', operator: 'eq', value: '1.example' } }),
      ),
    sessionsTotal / 2,
  ],
  ['all callbacks', (reader) => (page) => reader.callbacks(pageOf('RECORDED', page)), sessionsTotal],
  [
    'a list of nothing',
    (reader) => (page) =>
      reader.callbacks(pageOf('RECORDED', { ...page, condition: { field: 'eventType', operator: 'eq', value: 9 } })),
    0,
  ],
];

describe.each(lists)('%s', (_name, ask, total) => {
  let ledger: Ledger;
  let readModel: TestReadModel;
  beforeAll(async () => {
    ledger = openLedger();
    await ledger.append(arrivals);
    readModel = await ledger.projected();
  });
  afterAll(() => ledger.close());

  const page = (request: Window) => readModel.read((reader) => ask(reader)(request));
  const keysOf = ({ rows }: Page<unknown>) => rows.map(({ key }) => key.map(String).join(' '));
  const whole = () => keysOf(page({ direction: 'forwards', from: null, rowsMax: 1_000 }));

  test('has each row once, in order', () => {
    expect(whole()).toHaveLength(total);
    expect(new Set(whole()).size).toBe(total);
    const values = whole().map((key) => key.split(' ').map(BigInt));
    const sorted = [...values].sort((one, other) => compareKeys(other, one));
    expect(values).toEqual(sorted);
    expect(keysOf(page({ direction: 'backwards', from: null, rowsMax: 1_000 }))).toEqual(whole());
  });

  test.each(['forwards', 'backwards'] as const)(
    'property: pages of any sizes, read %s, make up the whole list, and each says whether there is more on either side',
    (direction) => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (sizes) => {
          let read: string[] = [];
          let from: PageKey | null = null;
          for (let turn = 0; ; turn += 1) {
            const rowsMax = sizes[turn % sizes.length] ?? 1;
            const answer: Page<unknown> = page({ direction, from, rowsMax });
            const ahead = direction === 'forwards' ? answer.hasNextPage : answer.hasPreviousPage;
            const behind = direction === 'forwards' ? answer.hasPreviousPage : answer.hasNextPage;
            expect(answer.rows).toHaveLength(Math.min(rowsMax, total - read.length));
            expect(behind).toBe(read.length > 0);
            const keys = keysOf(answer);
            read = direction === 'forwards' ? [...read, ...keys] : [...keys, ...read];
            expect(ahead).toBe(read.length < total);
            if (!ahead) break;
            from = (direction === 'forwards' ? answer.rows.at(-1) : answer.rows[0])?.key ?? null;
          }
          expect(read).toEqual(whole());
        }),
        { numRuns: 30 },
      );
    },
  );
});

test('a list that grows at its front while it is paged misses and repeats nothing', async () => {
  const ledger = openLedger();
  try {
    await ledger.append(arrivals);
    const readModel = await ledger.projected();
    const page = (from: PageKey | null, rowsMax: number) =>
      readModel.read((reader) => reader.streamSessions(pageOf('STARTED_AT', { from, rowsMax })));
    const before = page(null, 1_000).rows.map(({ row }) => row.session.sequence);
    const read: string[] = [];
    let from: PageKey | null = null;
    let checkpoint = -1n;
    for (let newer = 0; ; newer += 1) {
      const answer = page(from, 7);
      expect(answer.checkpoint ?? 0n).toBeGreaterThan(checkpoint);
      checkpoint = answer.checkpoint ?? 0n;
      read.push(...answer.rows.map(({ row }) => row.session.sequence));
      if (!answer.hasNextPage) break;
      from = answer.rows.at(-1)?.key ?? null;
      await ledger.append([
        { body: pushBody({ sequence: 1_000 + newer, event_time: 5_000 + newer }), receivedAtMs: 9_000_000 },
      ]);
      readModel.project((await ledger.events()).slice(-1));
    }
    expect(read).toEqual(before);
    expect(page(null, 1_000).rows).toHaveLength(sessionsTotal + 5);
  } finally {
    await ledger.close();
  }
});

function compareKeys(one: readonly bigint[], other: readonly bigint[]): number {
  for (const [index, value] of one.entries()) {
    const difference = value - (other[index] ?? 0n);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}
