import { useMemo } from 'react';
import { useLiveList } from '../../api/hooks.ts';
import type { LiveSessionFragment } from '../../api/operations.generated.ts';
import { useParam } from '../../api/use-param.ts';
import type { OrderBy } from '../../order.ts';
import { byStream, matchesText, orderRows, streamKey, type LiveField } from './live-rows.ts';
import type { MissedPart } from '../../parts/notices.tsx';
import { t } from '../../translations/translate.ts';
import type { LiveRow } from './live-table.tsx';
import { runningTasks } from './sources.ts';
import { useFigures, useSilent } from './use-figures.ts';

/**
 * What is live, filtered and ordered as the address says, with everything that a row shows, and the figures of the last
 * day.
 */
export function useLiveRows(live: ReadonlyMap<string, LiveSessionFragment>, { field, direction }: OrderBy<LiveField>) {
  const tasks = useLiveList('tasks', runningTasks);
  const figures = useFigures();
  const { reconnects, otherReconnects } = figures;
  const silent = useSilent();
  const { heardAt, isCapped, wanted } = silent;
  const [text] = useParam('name');
  const tasksByStream = useMemo(() => byStream(tasks.rows.values()), [tasks.rows]);
  const rows = useMemo(() => {
    const matching = [...live.values()]
      .filter((row) => wanted === null || heardAt.has(row.id))
      .filter((row) => matchesText(row, text ?? ''))
      .map((row): LiveRow => {
        const key = streamKey(row);
        return {
          ...row,
          task: tasksByStream.get(key),
          reconnects: reconnects.get(key)?.reconnects ?? otherReconnects,
          silentSince: heardAt.get(row.id) ?? undefined,
        };
      });
    return orderRows(matching, { field, direction });
  }, [live, tasksByStream, reconnects, otherReconnects, heardAt, wanted, text, field, direction]);
  /** What the columns lack, each with why, and how to try again. */
  const missed: readonly MissedPart[] = [
    { what: t('live.reconnects'), error: figures.reconnectsError, retry: figures.refetch },
    { what: t('live.relay'), error: tasks.error, retry: tasks.retry },
    { what: t('live.silence'), error: silent.error, retry: silent.refetch },
  ];
  return { rows, figures, isCapped, missed: missed.filter(({ error }) => error !== null) };
}
