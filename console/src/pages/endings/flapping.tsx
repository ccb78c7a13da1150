import { useState } from 'react';
import { FlappingStreamsDocument, type FlappingStreamsQuery } from '../../api/operations.generated.ts';
import { useOrder, useScopeFilter, type Order } from '../../api/use-param.ts';
import { usePages } from '../../api/use-pages.ts';
import { showDuration, showNumber } from '../../format/shown.ts';
import { ListHead, Paged } from '../../parts/lists/paged.tsx';
import { SideMark } from '../../parts/marks.tsx';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { Time } from '../../parts/time.tsx';
import { Name } from '../../parts/name.tsx';
import { streamPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { sharesOf } from './figures.ts';

type Broadcast = NonNullable<FlappingStreamsQuery['broadcasts']>['nodes'][number];

const orders = { RECONNECTS: 'DESC', LONGEST_GAP: 'DESC', STARTED_AT: 'DESC' } as const;

/** Milliseconds between two queries, because streams go on flapping. */
const refreshMs = 60_000;

/** The broadcasts from a moment to another, or until now: usually only those that reconnected, the most often first. */
export function Flapping(props: { readonly from: string; readonly to: string | null }) {
  // The beginning stays as it was when the page opened, so that the pages read so far stay.
  const [from] = useState(props.from);
  const { to } = props;
  const filter = useScopeFilter();
  const order = useOrder(orders, 'RECONNECTS', 'flappingOrder');
  const variables = { filter, from, to, orderBy: order.by };
  const pages = usePages(FlappingStreamsDocument, variables, (result) => result.broadcasts, refreshMs);
  const rows = order.isUsual ? pages.rows.filter(({ reconnects }) => reconnects > 0) : pages.rows;
  // After a broadcast without reconnects, all others have none either.
  const more = rows.length < pages.rows.length ? null : pages.more;
  return (
    <section className="section" aria-labelledby="flapping">
      <ListHead
        id="flapping"
        title={t('endings.flapping')}
        list="broadcasts"
        filter={filter}
        from={from}
        {...(to !== null && { to })}
        orderBy={order.by}
      />
      <Paged pages={{ ...pages, rows, more }} order={order} none={<p>{t('endings.steady')}</p>}>
        <p className="quiet">{t('endings.flappingExplain')}</p>
        <FlappingTable rows={rows} order={order} />
      </Paged>
    </section>
  );
}

function FlappingTable(props: { readonly rows: readonly Broadcast[]; readonly order: Order<keyof typeof orders> }) {
  const { rows, order } = props;
  return (
    <Table
      label={t('endings.flapping')}
      className="endings-table"
      order={order}
      columns={[
        { name: t('session.stream') },
        { name: t('endings.reconnects'), kind: 'number', by: 'RECONNECTS' },
        { name: t('endings.gap'), kind: 'number', by: 'LONGEST_GAP' },
        { name: t('sessions.began'), kind: 'time', by: 'STARTED_AT' },
        { name: t('endings.side'), kind: 'wide-only' },
      ]}
    >
      {rows.map((row) => (
        <tr key={`${streamPath(row)} ${row.startedAt}`}>
          <td>
            <RowLink to={streamPath(row)}>
              <Name>{row.streamId}</Name>
            </RowLink>
          </td>
          <td className="number">{showNumber(row.reconnects)}</td>
          <td className="number">{showDuration(row.longestGapMs)}</td>
          <td className="time">
            <Time at={row.startedAt} />
          </td>
          <td className="sides wide-only">
            {sharesOf(row.causes).map(({ side, sessions }) => (
              <span key={side}>
                <SideMark side={side} /> {showNumber(sessions)}
              </span>
            ))}
          </td>
        </tr>
      ))}
    </Table>
  );
}
