import type { SetUpQuery } from '../../api/operations.generated.ts';
import { showNumber } from '../../format/shown.ts';
import { Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { serverText, t } from '../../translations/translate.ts';

/** Requests that were refused outright, of which nothing is stored: why, how many, and what to do. */
export function RefusedRequests(props: { readonly refused: NonNullable<SetUpQuery['callbackSetup']>['refused'] }) {
  const { refused } = props;
  if (refused.length === 0) return null;
  return (
    <section className="section" aria-labelledby="refused">
      <h2 id="refused">{t('setUp.refused')}</h2>
      <Table
        label={t('setUp.refused')}
        columns={[
          { name: t('setUp.refusedNewest'), kind: 'time' },
          { name: t('setUp.refusedCount'), kind: 'number' },
          { name: t('setUp.why'), kind: 'words' },
        ]}
      >
        {refused.map(({ reason, count, newestAt, advice }) => (
          <tr key={reason}>
            <td className="time">
              <Time at={newestAt} />
            </td>
            <td className="number">{showNumber(count)}</td>
            <td className="words">
              <code>{reason}</code> {serverText(advice)}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
