import type Database from 'better-sqlite3';
import { LedgerError } from '../../../kernel/errors.ts';
import type { PageKey, PageRequest, Total } from '../../listing.ts';
import type { Query } from './condition-sql.ts';
import type { ListDefinition } from './list-definition.ts';
import { countQuery, keyQuery, rowsQuery, type PageStart, type Stretch } from './list-query.ts';
import { createListSpending } from './list-spending.ts';
import { tooCostly } from './missing-index.ts';
import { createPathChoice, type Choice } from './path-choice.ts';
import { isServed, planList, type BoundPath } from './plan-list.ts';

type Columns = Readonly<Record<string, unknown>>;

/**
 * What can be asked of one list under one condition and order. Whatever an index serves is read from it alone. Else the
 * rows of the path that finds the fewest are looked at, or those of a path in order, from the place on; never more than
 * `rowsLookedAtMax`, nor more than the operation's budget has left. All that is looked at or counted is spent from the
 * budget, whatever came of it; only the rows of a page that an index serves are not.
 */
export function createListReading<Field extends string, Order extends string>(
  db: Database.Database,
  list: ListDefinition<Field, Order, never, unknown>,
  { condition, order, budget }: Pick<PageRequest<Field, Order>, 'condition' | 'order' | 'budget'>,
) {
  const bounds = planList(list, condition, order);
  const served = bounds.find(isServed);
  const spending = createListSpending(list.columnOf, budget);
  const chooseFrom = createPathChoice(bounds, { stretchOf, countFound, keyAfter }, spending);

  return {
    rows,

    /** @throws LedgerError - OPERATION_TOO_COSTLY where none is among those looked at, and there are more */
    hasRow: (place: PageStart): boolean => rows(place, 1).length > 0,

    /**
     * Of the whole list; what can't be looked at is not counted, and the count is told as capped.
     * @throws LedgerError - OPERATION_TOO_COSTLY where the operation has nothing left to count by
     */
    total(countMax: number): Total {
      if (budget.rowsLeft === 0) throw nothingLeft();
      const place: PageStart = { descending: order.descending, from: null };
      if (served !== undefined) {
        const rowsMax = Math.min(countMax, spending.entriesMax(served));
        const rows = countFound(stretchOf(served, place), rowsMax + 1);
        return { rows: Math.min(rowsMax, rows), isCapped: rows > rowsMax };
      }
      const { stretch, rowsMost } = choose(place);
      spending.spendRows(rowsMost);
      const rows = count(countQuery(list, stretch, 'matching', countMax + 1));
      return { rows: Math.min(countMax, rows), isCapped: rows > countMax || stretch.until !== null };
    },
  };

  /** @throws LedgerError - OPERATION_TOO_COSTLY where there may be more rows beyond those looked at */
  function rows(place: PageStart, limit: number): readonly { columns: Columns; key: PageKey }[] {
    if (served !== undefined) return read(stretchOf(served, place), limit);
    const { stretch, rowsMost } = choose(place);
    const found = read(stretch, limit);
    if (stretch.until === null) {
      spending.spendRows(rowsMost);
      return found;
    }
    const last = found.length < limit ? undefined : found.at(-1);
    if (last === undefined) throw gaveUp();
    spending.spendRows(countFound({ ...stretch, until: last.key }, rowsMost));
    return found;
  }

  function choose(place: PageStart): Choice {
    const choice = chooseFrom(place);
    if (choice === null) throw gaveUp();
    return choice;
  }

  function gaveUp(): LedgerError {
    spending.spendRows(spending.rowsMax());
    return tooCostly(list, condition, order);
  }

  function stretchOf(bound: BoundPath<string, string>, { descending, from }: PageStart): Stretch {
    return { bound, by: order.by, descending, from, until: null };
  }

  function read(stretch: Stretch, limit: number): { columns: Columns; key: PageKey }[] {
    const { sql, values } = rowsQuery(list, stretch, limit);
    const found = db.prepare<unknown[], Columns>(sql).all(...values);
    return found.map((columns) => ({ columns, key: keyOf(columns) }));
  }

  function countFound(stretch: Stretch, limit: number): number {
    const entries = count(countQuery(list, stretch, 'found', limit));
    spending.spendEntries(stretch.bound, entries);
    return entries;
  }

  function keyAfter(stretch: Stretch, rowsBefore: number): PageKey | null {
    const { sql, values } = keyQuery(list, stretch, rowsBefore);
    spending.spendEntries(stretch.bound, rowsBefore);
    const columns = db.prepare<unknown[], Columns>(sql).get(...values);
    return columns === undefined ? null : keyOf(columns);
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

function nothingLeft(): LedgerError {
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    'The lists of this operation have counted and looked at as many rows as one operation may. Ask for fewer lists or counts at a time.',
  );
}

function keyOf(columns: Columns): PageKey {
  const key: bigint[] = [];
  for (let text = columns['key_0']; typeof text === 'string'; text = columns[`key_${key.length}`])
    key.push(BigInt(text));
  return key;
}
