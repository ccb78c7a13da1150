import { useAsk } from '../../../api/hooks.ts';
import { RefusedByStreamDocument, type RefusedPushFilter } from '../../../api/operations.generated.ts';
import { useOrder } from '../../../api/use-param.ts';
import { showNumber } from '../../../format/shown.ts';
import { Answered, Notice, OnlyScope } from '../../../parts/notices.tsx';
import { RowLink, Table } from '../../../parts/lists/table.tsx';
import { Time } from '../../../parts/time.tsx';
import { t } from '../../../translations/translate.ts';
import { refusedPath, type RefusedWindow } from './selection.ts';

const orders = { ATTEMPTS: 'DESC', FIRST_AT: 'DESC', LAST_AT: 'DESC' } as const;

/** Whose pushes were refused: usually the most often refused stream first. */
export function RefusedStreams(props: {
  readonly filter: RefusedPushFilter;
  readonly from: string;
  readonly to: string;
  readonly window: RefusedWindow;
}) {
  const { filter, from, to, window } = props;
  const order = useOrder(orders, 'ATTEMPTS');
  const answer = useAsk(RefusedByStreamDocument, { filter, from, to, orderBy: order.by }, { keep: true });
  return (
    <Answered answer={answer}>
      {({ refusedPushStatistics: counted }) =>
        counted === null || counted.rows.length === 0 ? (
          <Notice title={t('refused.none')}>
            <OnlyScope />
          </Notice>
        ) : (
          <section className="section">
            <h2>{t('refused.byStream')}</h2>
            <Table
              label={t('refused.byStream')}
              order={order}
              columns={[
                { name: t('session.stream') },
                { name: t('session.target'), kind: 'wide-only' },
                { name: t('refused.attempts'), kind: 'number', by: 'ATTEMPTS' },
                { name: t('refused.lastCode'), kind: 'number' },
                { name: t('reports.first'), kind: 'wide-only time', by: 'FIRST_AT' },
                { name: t('reports.last'), kind: 'time', by: 'LAST_AT' },
              ]}
            >
              {counted.rows.map(({ appId, domain, path, streamId, attempts, firstAt, lastAt, lastEndCode }) => {
                const to = refusedPath({ window, stream: { appId, domain, path, streamId } });
                return (
                  <tr key={to}>
                    <td>
                      <RowLink to={to}>{streamId ?? t('unknown')}</RowLink>
                    </td>
                    <td className="quiet wide-only">
                      {domain ?? t('unknown')}/{path}
                    </td>
                    <td className="number">{showNumber(attempts)}</td>
                    <td className="number">{lastEndCode}</td>
                    <td className="wide-only time">
                      <Time at={firstAt} />
                    </td>
                    <td className="time">
                      <Time at={lastAt} />
                    </td>
                  </tr>
                );
              })}
            </Table>
            {counted.rowCount > counted.rows.length && (
              <p className="quiet">{t('refused.moreStreams', { n: showNumber(counted.rows.length) })}</p>
            )}
          </section>
        )
      }
    </Answered>
  );
}
