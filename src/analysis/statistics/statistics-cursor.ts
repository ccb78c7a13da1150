import { LedgerError } from '../../kernel/errors.ts';
import { readToken, writeToken } from '../../kernel/encoding.ts';
import type { GroupValue, StatisticsKey, StatisticsShape } from './statistics.ts';

/** The statistics that a cursor is of: it is valid for the same groups in the same order only. */
export interface PagedStatistics extends Pick<StatisticsShape<string>, 'period' | 'order'> {
  readonly kind: string;
  readonly dimensions: readonly string[];
}

const version = 's1';

/** Where a row is, as a token: unlike other page cursors, it has the names of the row, which its client has read. */
export function writeStatisticsCursor(of: PagedStatistics, { figure, fromMs, group }: StatisticsKey): string {
  return writeToken([...tagOf(of), figure, fromMs, ...group]);
}

/** @throws LedgerError - CURSOR_INVALID: damaged, or of other statistics, groups or another order */
export function readStatisticsCursor(of: PagedStatistics, cursor: string): StatisticsKey {
  const parts = readToken(cursor);
  const tag = tagOf(of);
  const [figure, fromMs, ...group] = parts.slice(tag.length);
  const isOfStatistics =
    tag.every((part, index) => parts[index] === part) &&
    parts.length === tag.length + 2 + of.dimensions.length &&
    (figure === null || typeof figure === 'number') &&
    Number.isSafeInteger(fromMs) &&
    group.every(isGroupValue);
  if (isOfStatistics) return { figure, fromMs: fromMs as number, group };
  throw new LedgerError(
    'CURSOR_INVALID',
    'The cursor is not from these statistics in these groups and this order. Ask again without a cursor.',
  );
}

function isGroupValue(value: unknown): value is GroupValue {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function tagOf({ kind, order, period, dimensions }: PagedStatistics): readonly string[] {
  return [version, kind, order.by, order.descending ? 'DESC' : 'ASC', period ?? '', dimensions.join()];
}
