import type { ReactNode } from 'react';
import { SessionsPageDocument, type StreamSessionFilter } from '../../api/operations.generated.ts';
import { useOrder } from '../../api/use-param.ts';
import { usePages } from '../../api/use-pages.ts';
import type { Orders } from '../../order.ts';
import { t } from '../../translations/translate.ts';
import { ListHead, Paged } from './paged.tsx';
import { SessionsTable, type SessionField } from './sessions-table.tsx';

const orders: Orders<SessionField> = { STARTED_AT: 'DESC', PUSH_DURATION: 'DESC', ENDED_AT: 'DESC' };

const newestFirst = { field: 'STARTED_AT', direction: 'DESC' } as const;

/** Pushes that a filter finds, the newest first. Without a filter it sends no query. */
export function useNewestSessions(filter: StreamSessionFilter | null) {
  return usePages(SessionsPageDocument, filter && { filter, orderBy: newestFirst }, (result) => result.streamSessions);
}

/** All pushes that a filter finds, in a selectable order, in pages, and as CSV in the same order. */
export function SessionsList(props: {
  readonly title: string;
  readonly filter: StreamSessionFilter;
  /** The default order, the greatest first. */
  readonly usual?: SessionField;
  /** The parameter of the address that has the order. */
  readonly param?: string;
  readonly ofOneStream?: boolean;
  /** Shown instead of the heading and list if there are none. */
  readonly none?: ReactNode;
}) {
  const { title, filter, usual = 'STARTED_AT', param, ofOneStream = false, none = null } = props;
  const order = useOrder(orders, usual, param);
  const pages = usePages(SessionsPageDocument, { filter, orderBy: order.by }, (result) => result.streamSessions);
  if (!pages.isLoading && pages.error === null && pages.rows.length === 0 && pages.more === null) return none;
  return (
    <section className="section">
      <ListHead title={title} list="streamSessions" filter={filter} orderBy={order.by} />
      <Paged pages={pages} order={order} none={<p>{t('examined')}</p>}>
        <SessionsTable rows={pages.rows} order={order} ofOneStream={ofOneStream} />
      </Paged>
    </section>
  );
}
