import { useAsk } from '../../api/hooks.ts';
import { EndingsByDomainDocument, type EndingsByDomainQuery } from '../../api/operations.generated.ts';
import { useOrder, useScopeFilter, type Order } from '../../api/use-param.ts';
import { showHours, showNumber } from '../../format/shown.ts';
import { ListHead } from '../../parts/lists/paged.tsx';
import { Answered } from '../../parts/notices.tsx';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { Name } from '../../parts/name.tsx';
import { t } from '../../translations/translate.ts';
import type { PathOf } from './selection.ts';

const orders = { ENDED: 'DESC', GROUP: 'ASC', PUSHED: 'DESC', RECONNECTS: 'DESC' } as const;

/** Interruptions, pushed hours and reconnects of each domain. */
export function DomainsTable(props: { readonly from: string; readonly to: string; readonly pathOf: PathOf }) {
  const { from, to, pathOf } = props;
  const filter = useScopeFilter();
  const order = useOrder(orders, 'ENDED', 'domainsOrder');
  const answer = useAsk(EndingsByDomainDocument, { filter, from, to, orderBy: order.by }, { keep: true });
  if (answer.data?.streamSessionStatistics?.rows.length === 0) return null;
  return (
    <section className="section" aria-labelledby="by-domain">
      <ListHead
        id="by-domain"
        title={t('endings.byDomain')}
        list="streamSessionStatistics"
        filter={filter}
        from={from}
        to={to}
        orderBy={order.by}
        more={{ groupBy: 'DOMAIN', fields: 'domain,ended,pushedMs,reconnects' }}
      />
      <Answered answer={answer}>
        {({ streamSessionStatistics: counted }) =>
          counted && <Domains counted={counted} order={order} pathOf={pathOf} />
        }
      </Answered>
    </section>
  );
}

function Domains(props: {
  readonly counted: NonNullable<EndingsByDomainQuery['streamSessionStatistics']>;
  readonly order: Order<keyof typeof orders>;
  readonly pathOf: PathOf;
}) {
  const { counted, order, pathOf } = props;
  return (
    <>
      <Table
        label={t('endings.byDomain')}
        className="endings-table"
        order={order}
        columns={[
          { name: t('endings.domain'), by: 'GROUP' },
          { name: t('endings.count'), kind: 'number', by: 'ENDED' },
          { name: t('endings.pushed'), kind: 'number', by: 'PUSHED' },
          { name: t('endings.reconnects'), kind: 'number', by: 'RECONNECTS' },
        ]}
      >
        {counted.rows.map(({ domain, ended, pushedMs, reconnects }) => (
          <tr key={domain}>
            <td>
              {domain === null ? (
                t('unknown')
              ) : (
                <RowLink to={pathOf({ domain })}>
                  <Name>{domain}</Name>
                </RowLink>
              )}
            </td>
            <td className="number">{showNumber(ended)}</td>
            <td className="number">{showHours(pushedMs)}</td>
            <td className="number">{showNumber(reconnects)}</td>
          </tr>
        ))}
      </Table>
      {counted.rowCount > counted.rows.length && (
        <p className="quiet">{t('endings.moreDomains', { n: showNumber(counted.rows.length) })}</p>
      )}
    </>
  );
}
