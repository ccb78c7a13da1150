import type { GraphQLResolveInfo } from 'graphql';
import type { Condition, Page, PageRequest } from '../../read-models/listing.ts';
import type { GraphqlContext } from '../context.ts';
import { toPageRequest, type PageArgs } from '../inputs/page-args.ts';
import type { ListName, OrderedList, OrderOf } from './page-cursor.ts';
import { asksFor } from './selection.ts';
import { toConnection } from '../to-graphql/records.ts';
import type { Connection } from '../types/connection.ts';

/** Nodes of a list that are counted: counting more would cost more than knowing more is worth. */
export const totalCountMax = 10_000;

const countFields: ReadonlySet<string> = new Set(['totalCount', 'totalCountIsCapped']);

interface Asked<List extends ListName, Field extends string, Row, Node> {
  readonly list: OrderedList<List>;
  readonly condition: Condition<Field>;
  readonly page: PageArgs;
  readonly read: (request: PageRequest<Field, OrderOf<List>>) => Page<Row>;
  readonly toNode: (row: Row) => Node;
}

/**
 * Answers a list: reads the page, and counts the nodes where the operation asks for it.
 * @throws LedgerError - PAGE_TOO_LARGE, CURSOR_INVALID, OPERATION_TOO_COSTLY, or BAD_USER_INPUT
 */
export function connect<List extends ListName, Field extends string, Row, Node>(
  { list, condition, page, read, toNode }: Asked<List, Field, Row, Node>,
  { readModel, log, rows }: GraphqlContext,
  info: GraphQLResolveInfo,
): Connection<Node> {
  const request: PageRequest<Field, OrderOf<List>> = {
    ...toPageRequest(list, page),
    condition,
    order: list.order,
    countMax: asksFor(info, countFields) ? totalCountMax : null,
    budget: rows,
  };
  return toConnection(list, read(request), { log, version: readModel.version }, toNode);
}
