import { useAsk } from '../../api/hooks.ts';
import { EndingsBeforeDocument, type EndingsTotalFragment } from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-param.ts';
import { showChange, showDateAndMinute, showHours, showNumber } from '../../format/shown.ts';
import type { TimeSpan } from '../../format/slots.ts';
import { Table } from '../../parts/lists/table.tsx';
import { t } from '../../translations/translate.ts';

interface Totals extends Pick<EndingsTotalFragment, 'ended' | 'pushedMs'> {
  /** The most that were live at once; null if that could not be counted. */
  readonly live: number | null;
}

/** The figures of a period beside those of the period before. */
export function Compared({ now, before }: { readonly now: Totals; readonly before: TimeSpan }) {
  const filter = useScopeFilter();
  const [from, to] = [new Date(before.fromMs).toISOString(), new Date(before.toMs).toISOString()];
  const stepSeconds = Math.max(1, (before.toMs - before.fromMs) / 1_000);
  const { data } = useAsk(EndingsBeforeDocument, { filter, from, to, stepSeconds }, { keep: true });
  const total = data?.streamSessionStatistics?.total;
  const lines = [
    [t('endings.count'), now.ended, total?.ended ?? null, showNumber],
    [t('endings.pushed'), now.pushedMs, total?.pushedMs ?? null, showHours],
    [t('endings.atOnce'), now.live, data?.concurrency?.peak?.live ?? null, showNumber],
  ] as const;
  return (
    <section className="section" aria-labelledby="compared">
      <h2 id="compared">{t('endings.compared')}</h2>
      <p className="quiet">
        {t('endings.comparedWith', {
          from: showDateAndMinute(before.fromMs),
          to: showDateAndMinute(before.toMs),
        })}
      </p>
      <Table
        label={t('endings.compared')}
        className="endings-table"
        columns={[
          { name: t('endings.figure') },
          { name: t('endings.thisPeriod'), kind: 'number' },
          { name: t('endings.periodBefore'), kind: 'number' },
          { name: t('endings.change'), kind: 'number' },
        ]}
      >
        {lines.map(([name, figure, earlier, show]) => (
          <tr key={name}>
            <td>{name}</td>
            <td className="number">{figure === null ? '–' : show(figure)}</td>
            <td className="number">{earlier === null ? '–' : show(earlier)}</td>
            <td className="number">{earlier === null || figure === null ? '–' : showChange(figure, earlier)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
