import { TasksPageDocument, type RelayTaskFilter, type RelayTaskOrderField } from '../../api/operations.generated.ts';
import { useOrder } from '../../api/use-param.ts';
import { usePages } from '../../api/use-pages.ts';
import type { Orders } from '../../order.ts';

/** The columns by which tasks can be ordered. */
export type TaskField = Exclude<RelayTaskOrderField, 'LAST_CHANGED'>;

const orders: Orders<TaskField> = { STARTED_AT: 'DESC', EXITED_AT: 'DESC' };

/** Relay tasks that a filter finds, in pages, and their order. Without a filter it sends no query. */
export function useTasks(filter: RelayTaskFilter | null, param?: string) {
  const order = useOrder(orders, 'STARTED_AT', param);
  const pages = usePages(TasksPageDocument, filter && { filter, orderBy: order.by }, (result) => result.relayTasks);
  return { order, pages };
}
