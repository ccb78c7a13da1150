import type { SessionReportsQuery } from '../../../api/operations.generated.ts';
import { showNumber } from '../../../format/shown.ts';
import { Table } from '../../../parts/lists/table.tsx';
import { Time } from '../../../parts/time.tsx';
import { serverText, t } from '../../../translations/translate.ts';

type PushHealth = NonNullable<NonNullable<SessionReportsQuery['streamSession']>['health']>[number];

/** Errors in what was pushed, one type per row, the most frequent first. */
export function HealthTable({ rows }: { readonly rows: readonly PushHealth[] }) {
  return (
    <Table
      label={t('reports.health')}
      columns={[
        { name: t('reports.error'), kind: 'words' },
        { name: t('reports.count'), kind: 'number' },
        { name: t('reports.first'), kind: 'wide-only time' },
        { name: t('reports.last'), kind: 'time' },
      ]}
    >
      {rows.map(({ type, description, count, firstAt, lastAt }) => (
        <tr key={`${type} ${description}`}>
          <td className="words">
            {serverText(description)} {type !== null && <span className="quiet">{t('reports.type', { type })}</span>}
          </td>
          <td className="number">{showNumber(count)}</td>
          <td className="wide-only time">
            <Time at={firstAt} />
          </td>
          <td className="time">
            <Time at={lastAt} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
