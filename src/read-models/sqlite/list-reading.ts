import type Database from 'better-sqlite3';
import type { LedgerError } from '../../kernel/errors.ts';
import type { PageKey, PageRequest, Total } from '../listing.ts';
import type { Query } from './condition-sql.ts';
import type { ListDefinition } from './list-definition.ts';
import { countQuery, existsQuery, keyQuery, rowsQuery, type Stretch } from './list-query.ts';
import { tooCostly } from './missing-index.ts';
import { isServed, planList, type BoundPath } from './plan-list.ts';

/**
 * Rows that are looked at for one answer about a list (its page, what lies before it, its count), where no index gives just
 * what is asked for. They take about as long as the largest page (`npm run bench:lists`); nothing else runs meanwhile.
 */
export const rowsLookedAtMax = 10_000;

export type Place = Pick<Stretch, 'descending' | 'from'>;
type Columns = Readonly<Record<string, unknown>>;

/**
 * What can be asked of one list under one condition and order. Whatever an index serves is read from it alone. Else the
 * rows of the path that finds the fewest are looked at, or those of a path in order, from the place on; never more than
 * `rowsLookedAtMax`, nor more than the operation's budget has left.
 */
export function createListReading<Field extends string, Order extends string>(
  db: Database.Database,
  list: ListDefinition<Field, Order, never, unknown>,
  { condition, order, budget }: Pick<PageRequest<Field, Order>, 'condition' | 'order' | 'budget'>,
) {
  const bounds = planList(list, condition, order);
  const served = bounds.find(isServed);

  return {
    /** @throws LedgerError - OPERATION_TOO_COSTLY where there may be more rows beyond those looked at */
    rows(place: Place, limit: number): readonly { columns: Columns; key: PageKey }[] {
      const { bound, until } = choose(place);
      const stretch = { ...stretchOf(bound, place), until };
      const rows = all(rowsQuery(list, stretch, limit)).map((columns) => ({ columns, key: keyOf(columns) }));
      if (until !== null) {
        const last = rows.length < limit ? undefined : rows.at(-1);
        if (last === undefined) throw gaveUp();
        spend(count(countQuery(list, { ...stretch, until: last.key }, 'found', rowsMax() + 1)));
      }
      return rows;
    },

    /** @throws LedgerError - OPERATION_TOO_COSTLY where none is among those looked at, and there are more */
    hasRow(place: Place): boolean {
      const { bound, until } = choose(place);
      const stretch = { ...stretchOf(bound, place), until };
      if (get(existsQuery(list, stretch)) !== undefined) return true;
      if (until !== null) throw gaveUp();
      return false;
    },

    /** Of the whole list; what can't be looked at is not counted, and the count is told as capped. */
    total(countMax: number): Total {
      const place: Place = { descending: order.descending, from: null };
      const { bound, until } = choose(place);
      if (until !== null) spend(rowsMax());
      const stretch = { ...stretchOf(bound, place), until };
      const rows = count(countQuery(list, stretch, 'matching', countMax + 1));
      return { rows: Math.min(countMax, rows), isCapped: rows > countMax || until !== null };
    },
  };

  /** The path to read by, and the place beyond which it holds more rows than may be looked at. */
  function choose(place: Place): { bound: BoundPath<Field, Order>; until: PageKey | null } {
    if (served !== undefined) return { bound: served, until: null };
    const narrowest = narrowestOf(place);
    if (narrowest !== null) return { bound: narrowest, until: null };
    const bound = bounds.find(({ inOrder }) => inOrder);
    if (bound === undefined) throw gaveUp();
    const last = get(keyQuery(list, stretchOf(bound, place), rowsMax()));
    return { bound, until: last === undefined ? null : keyOf(last) };
  }

  /** The path that finds the fewest rows, if they are few enough to look at all of them. */
  function narrowestOf(place: Place): BoundPath<Field, Order> | null {
    let best: { bound: BoundPath<Field, Order>; rows: number } | null = null;
    for (const bound of bounds) {
      const fewer = best === null ? rowsMax() : best.rows - 1;
      if (fewer < 0) break;
      // What is not in order is found as a whole, wherever the place is.
      const stretch = stretchOf(bound, bound.inOrder ? place : { ...place, from: null });
      const rows = count(countQuery(list, stretch, 'found', fewer + 1));
      if (rows <= fewer) best = { bound, rows };
    }
    if (best !== null) spend(best.rows);
    return best?.bound ?? null;
  }

  function stretchOf(bound: BoundPath<Field, Order>, { descending, from }: Place): Stretch {
    return { bound, by: order.by, descending, from, until: null };
  }

  function gaveUp(): LedgerError {
    spend(rowsMax());
    return tooCostly(list, condition, order);
  }

  function rowsMax(): number {
    return Math.min(rowsLookedAtMax, budget.rowsLeft);
  }

  function spend(rows: number): void {
    budget.spend(Math.min(rows, budget.rowsLeft));
  }

  function get({ sql, values }: Query): Columns | undefined {
    return db.prepare<unknown[], Columns>(sql).get(...values);
  }

  function all({ sql, values }: Query): Columns[] {
    return db.prepare<unknown[], Columns>(sql).all(...values);
  }

  function count({ sql, values }: Query): number {
    return (
      db
        .prepare<unknown[], number>(sql)
        .pluck()
        .get(...values) ?? 0
    );
  }
}

function keyOf(columns: Columns): PageKey {
  const key: bigint[] = [];
  for (let text = columns['key_0']; typeof text === 'string'; text = columns[`key_${key.length}`])
    key.push(BigInt(text));
  return key;
}
