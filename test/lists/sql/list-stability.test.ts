import { describe, expect, test } from '@jest/globals';
import type { ListOrder, PageKey } from '../../../src/lists/listing.ts';
import type { StreamSessionOrder } from '../../../src/sessions/stream-session-fields.ts';
import type { ReadModelReader } from '../../../src/projecting/file/read-model-reader.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { openLedger, withLedger, type Ledger } from '../../support/ledger.ts';
import { pageOf } from '../../support/list-requests.ts';
import { createNumbers } from '../../support/list-rows.ts';
import type { TestReadModel } from '../../support/read-model.ts';

const startsAt = 1_600_000_000;
const push = (sequence: number, second: number) => ({
  body: pushBody({ sequence, event_time: startsAt + second, stream_id: `s${sequence}` }),
  receivedAtMs: 1_700_000_000_000 + sequence,
});
const end = (sequence: number, second: number, durationMs: number) => ({
  body: interruptionBody({
    sequence,
    event_time: startsAt + second,
    push_duration: String(durationMs),
    stream_id: `s${sequence}`,
  }),
  receivedAtMs: 1_700_000_100_000 + sequence,
});

const orders = (['STARTED_AT', 'ENDED_AT', 'PUSH_DURATION', 'LAST_CHANGED'] as const).flatMap((by) =>
  [true, false].flatMap((descending) =>
    (['forwards', 'backwards'] as const).map(
      (direction) => [by, descending ? 'DESC' : 'ASC', direction, { by, descending }] as const,
    ),
  ),
);

/** Each session's key in an order, to find out which have moved. */
function keysOf(reader: ReadModelReader, order: ListOrder<StreamSessionOrder>): Map<string, string> {
  const { rows } = reader.streamSessions(pageOf(order.by, { order }));
  return new Map(rows.map(({ row, key }) => [row.session.sequence, key.join(' ')]));
}

describe('while a list is paged, sessions begin, end and change between its pages', () => {
  test.each(orders)('by %s %s, %s: each that did not move is seen once', async (_by, _way, direction, order) => {
    const below = createNumbers(5);
    const first = Array.from({ length: 60 }, (_, index) => push(index + 1, below(20)));
    const ended = Array.from({ length: 30 }, (_, index) => end(2 * index + 1, 30 + below(5), 1_000 * below(6)));
    await withLedger([...first, ...ended], async (ledger) => {
      const readModel = await ledger.projected();
      const before = readModel.read((reader) => keysOf(reader, order));
      const seen: string[] = [];
      let from: PageKey | null = null;
      for (let turn = 0; ; turn += 1) {
        const page = readModel.read((reader) =>
          reader.streamSessions(pageOf(order.by, { order, direction, from, rowsMax: 7 })),
        );
        seen.push(...page.rows.map(({ row }) => row.session.sequence));
        if (!(direction === 'forwards' ? page.hasNextPage : page.hasPreviousPage)) break;
        from = (direction === 'forwards' ? page.rows.at(-1) : page.rows[0])?.key ?? null;
        // New ones at both ends and among the others, one that ends, and one that had already ended and is reported again.
        await change(ledger, readModel, [
          push(1_000 + turn, 40),
          push(2_000 + turn, 0),
          push(3_000 + turn, 10),
          end(2 * turn + 2, 33, 2_500),
          { ...end(2 * turn + 1, 36, 9_000 + turn), receivedAtMs: 1_800_000_000_000 },
        ]);
      }
      const after = readModel.read((reader) => keysOf(reader, order));
      const unmoved = [...before].filter(([sequence, key]) => after.get(sequence) === key);
      expect(unmoved.length).toBeGreaterThan(5);
      expect(unmoved.length).toBeLessThanOrEqual(before.size);
      for (const [sequence] of unmoved) {
        expect([sequence, seen.filter((one) => one === sequence).length]).toEqual([sequence, 1]);
      }
    });
  });
});

async function change(ledger: Ledger, readModel: TestReadModel, arrivals: Parameters<Ledger['append']>[0]) {
  const known = (await ledger.events()).length;
  await ledger.append(arrivals);
  readModel.project((await ledger.events()).slice(known));
}

describe('a page after the last row', () => {
  test('is empty, and says that there are rows before it; likewise before the first row', async () => {
    await withLedger([push(1, 1), push(2, 2), push(3, 3)], async (ledger) => {
      const readModel = await ledger.projected();
      readModel.read((reader) => {
        const all = reader.streamSessions(pageOf('STARTED_AT'));
        const after = reader.streamSessions(pageOf('STARTED_AT', { from: all.rows[2]?.key ?? null }));
        expect(after).toMatchObject({ rows: [], hasNextPage: false, hasPreviousPage: true });
        const backwards = { from: all.rows[0]?.key ?? null, direction: 'backwards' } as const;
        const before = reader.streamSessions(pageOf('STARTED_AT', backwards));
        expect(before).toMatchObject({ rows: [], hasNextPage: true, hasPreviousPage: false });
      });
    });
  });

  test('says so too where the row of the cursor no longer fits, and not where nothing fits', async () => {
    await withLedger([push(1, 1), push(2, 2)], async (ledger) => {
      const readModel = await ledger.projected();
      const live = { field: 'state', operator: 'eq', value: 'LIVE' } as const;
      const page = (from: PageKey | null) =>
        readModel.read((reader) => reader.streamSessions(pageOf('STARTED_AT', { condition: live, from })));
      const last = page(null).rows.at(-1)?.key ?? null;
      await change(ledger, readModel, [end(1, 9, 8_000)]);
      expect(page(last)).toMatchObject({ rows: [], hasPreviousPage: true });
      await change(ledger, readModel, [end(2, 9, 7_000)]);
      expect(page(last)).toMatchObject({ rows: [], hasPreviousPage: false });
    });
  });
});

test('a cursor is good on every node, and after a rebuild: keys do not depend on how the log was read', async () => {
  const ledger = openLedger();
  try {
    const sequences = Array.from({ length: 40 }, (_, index) => index + 1);
    await ledger.append(sequences.map((sequence) => push(sequence, sequence % 3)));
    const events = await ledger.events();
    const keysOf = (readModel: TestReadModel) =>
      readModel.read((reader) =>
        reader.streamSessions(pageOf('STARTED_AT')).rows.map(({ row, key }) => [row.session.sequence, key.map(String)]),
      );
    const atOnce = ledger.openReadModel();
    atOnce.project(events);
    const oneByOne = ledger.openReadModel();
    oneByOne.project(events, 1);
    expect(keysOf(oneByOne)).toEqual(keysOf(atOnce));
    const positions = new Set(events.map(({ position }) => String(position)));
    const ties = keysOf(atOnce).map(([, key]) => key?.[1] ?? '');
    expect(new Set(ties).size).toBe(sequences.length);
    expect(ties.filter((tie) => !positions.has(tie))).toEqual([]);
  } finally {
    await ledger.close();
  }
});
