import type { SetAsideQuery } from '../../api/operations.generated.ts';
import { Link } from 'wouter';
import { showNumber } from '../../format/shown.ts';
import { Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { paths } from '../../paths.ts';
import { serverText, t } from '../../translations/translate.ts';
import { nameOf } from './arrivals.ts';

export type SetAsideList = NonNullable<SetAsideQuery['quarantine']>;

/** The newest callbacks that arrived and went to quarantine, each with what is wrong and what to do. */
export function SetAside({ list: { nodes, totalCount, totalCountIsCapped } }: { readonly list: SetAsideList }) {
  return (
    <section className="section" aria-labelledby="set-aside">
      <h2 id="set-aside">{t('setUp.setAside')}</h2>
      <Table
        label={t('setUp.setAside')}
        columns={[
          { name: t('setUp.received'), kind: 'time' },
          { name: t('setUp.callback'), kind: 'wide-only' },
          { name: t('setUp.why'), kind: 'words' },
        ]}
      >
        {nodes.map(({ id, receivedAt, reason, diagnosis, ...callback }) => (
          <tr key={id}>
            <td className="time">
              <Time at={receivedAt} />
            </td>
            <td className="wide-only">{nameOf(callback)}</td>
            <td className="words">
              <strong>{t(`health.reason.${reason}`)}.</strong> {serverText(diagnosis.summary)}{' '}
              <span className="quiet">{serverText(diagnosis.advice)}</span>
            </td>
          </tr>
        ))}
      </Table>
      <Link href={`${paths.health}#quarantine`}>
        {t('setUp.setAsideAll', { n: showNumber(totalCount) + (totalCountIsCapped ? '+' : '') })}
      </Link>
    </section>
  );
}
