import { Kind, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';
import { readToken, writeToken } from '../../kernel/opaque-token.ts';
import { writeLogCursor } from '../../live/log-cursor.ts';
import type {
  Condition,
  Page,
  PageRequest,
  CallbackOrder,
  ListOrder,
  PageKey,
  RelayTaskOrder,
  StreamSessionOrder,
} from '../../read-models/listing.ts';
import type { BroadcastOrder } from '../../read-models/analysis/broadcasts.ts';
import type { QuarantineOrder } from '../../read-models/quarantine.ts';
import type { GraphqlContext } from '../context.ts';
import { pageNodesDefault, pageNodesMax, type PageArgs } from '../inputs/list-args.ts';
import { toCallbackRecord } from '../to-graphql/callback-record.ts';
import type { CallbackRecord } from '../types/callback-record.ts';
import type { ReadModelReader } from '../../read-models/read-model-reader.ts';
import { ofPast } from '../operation-past.ts';
import type { Connection } from '../types/connection.ts';

/** Nodes of a list that are counted: beyond that, a count costs more than it is worth. */
export const totalCountMax = 10_000;

const countFields: ReadonlySet<string> = new Set(['totalCount', 'totalCountIsCapped', 'totalCountCappedBy']);

interface ListRequest<List extends ListName, Field extends string, Row, Node> {
  readonly list: OrderedList<List>;
  readonly condition: Condition<Field>;
  readonly page: PageArgs;
  readonly read: (request: PageRequest<Field, OrderOf<List>>) => Page<Row>;
  readonly toNode: (row: Row) => Node;
}

/**
 * Answers a list: reads the page, and counts the nodes if the operation asks for it.
 * @throws LedgerError - PAGE_TOO_LARGE, CURSOR_INVALID, OPERATION_TOO_COSTLY, or BAD_USER_INPUT
 */
export function connect<List extends ListName, Field extends string, Row, Node>(
  { list, condition, page: asked, read, toNode }: ListRequest<List, Field, Row, Node>,
  { readModel, log, rows: budget }: GraphqlContext,
  info: GraphQLResolveInfo,
): Connection<Node> {
  const countMax = asksFor(info, countFields) ? totalCountMax : null;
  const request = toPageRequest(list, asked);
  const page = read({ ...request, condition, order: list.order, countMax, budget });
  const { direction } = request;
  return toConnection({ list, direction, page, toNode, version: readModel.version }, { log });
}

interface FoundPage<List extends ListName, Row, Node> {
  readonly list: OrderedList<List>;
  readonly direction: PageRequest<string, string>['direction'];
  readonly page: Page<Row>;
  readonly toNode: (row: Row) => Node;
  /** Of the projection that was read. */
  readonly version: number;
}

/** Shows a page that was read. */
export function toConnection<List extends ListName, Row, Node>(
  { list, direction, page: found, toNode, version }: FoundPage<List, Row, Node>,
  { log }: Pick<GraphqlContext, 'log'>,
): Connection<Node> {
  const { logId, epoch } = log;
  const position = found.checkpoint ?? 0n;
  const nodes = found.rows.map(({ row }) => toNode(row));
  const cursorOf = (key: PageKey | undefined) => (key === undefined ? null : writePageCursor(list, key));
  const isForwards = direction === 'forwards';
  const firstKey = (isForwards ? null : found.stoppedAt) ?? found.rows[0]?.key;
  const lastKey = (isForwards ? found.stoppedAt : null) ?? found.rows.at(-1)?.key;
  // Cursors are made where they are selected.
  return {
    nodes,
    get edges() {
      return found.rows.map(({ key }, index) => ({ cursor: writePageCursor(list, key), node: nodes[index] as Node }));
    },
    pageInfo: {
      hasNextPage: found.hasNextPage,
      hasPreviousPage: found.hasPreviousPage,
      get startCursor() {
        return cursorOf(firstKey);
      },
      get endCursor() {
        return cursorOf(lastKey);
      },
    },
    get liveFrom() {
      return writeLogCursor({ logId, epoch, position, ordinal: null, projectionVersion: version });
    },
    ...(found.total !== null && {
      totalCount: found.total.rows,
      totalCountIsCapped: found.total.cappedBy !== null,
      totalCountCappedBy: found.total.cappedBy,
    }),
  };
}

/**
 * The part of a list that a page shows.
 * @throws LedgerError - PAGE_TOO_LARGE, CURSOR_INVALID, or BAD_USER_INPUT for arguments that contradict each other
 */
export function toPageRequest<List extends ListName>(
  list: OrderedList<List>,
  { first, after, last, before }: PageArgs,
): Pick<PageRequest<string, string>, 'direction' | 'from' | 'rowsMax'> {
  const backwards = last != null || (first == null && before != null);
  if (backwards && (first != null || after != null)) {
    throw new LedgerError(
      'BAD_USER_INPUT',
      'Arguments of both directions were given. Page forwards with first and after, or backwards with last and before.',
    );
  }
  if (!backwards && before != null) {
    throw new LedgerError(
      'BAD_USER_INPUT',
      'before was given together with first. Use before with last, or after with first.',
    );
  }
  const cursor = backwards ? before : after;
  return {
    direction: backwards ? 'backwards' : 'forwards',
    from: cursor == null ? null : readPageCursor(list, cursor),
    rowsMax: pageSizeOf(backwards ? 'last' : 'first', backwards ? last : first),
  };
}

function pageSizeOf(name: string, size: number | null | undefined): number {
  if (size == null) return pageNodesDefault;
  if (size > pageNodesMax) throw new LedgerError('PAGE_TOO_LARGE', `${name} must be at most ${pageNodesMax}.`);
  if (size < 0) throw new LedgerError('BAD_USER_INPUT', `${name} must not be negative.`);
  return size;
}

type OwnerCondition = Condition<'sessionRow' | 'taskRow'>;

/** The callbacks of one session or task, newest first; as of the past where their owner is. */
export function callbacksOf(
  { past, condition }: { readonly past: ReadModelReader | undefined; readonly condition: OwnerCondition },
  page: PageArgs,
  present: GraphqlContext,
  info: GraphQLResolveInfo,
): Connection<CallbackRecord> {
  const context = past === undefined ? present : { ...present, readModel: past };
  const { readModel, log } = context;
  return connect(
    {
      list: { name: 'callbacks', order: { by: 'RECORDED', descending: true } },
      condition,
      page,
      read: (request) => readModel.callbacks(request),
      toNode: (row) => ofPast(toCallbackRecord(row, log), past),
    },
    context,
    info,
  );
}

/** Whether an operation selects any of these fields inside a field, even if a directive may exclude them. */
function asksFor({ fieldNodes, fragments }: GraphQLResolveInfo, names: ReadonlySet<string>): boolean {
  const within = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return names.has(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return within(selection.selectionSet);
      return within(fragments[selection.name.value]?.selectionSet);
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => within(selectionSet));
}

interface Orders {
  readonly streamSessions: StreamSessionOrder;
  readonly relayTasks: RelayTaskOrder;
  readonly callbacks: CallbackOrder;
  readonly quarantine: QuarantineOrder;
  readonly broadcasts: BroadcastOrder;
}
/** The kinds of rows that have pages. A page cursor names its kind. */
export type ListName = keyof Orders;
type OrderOf<List extends ListName> = Orders[List];

/** A list in one of its orders: a page cursor is valid for that only. */
export interface OrderedList<List extends ListName> {
  readonly name: List;
  readonly order: ListOrder<OrderOf<List>>;
}

const version = 'p2';

/** A page cursor: the list, its order, and the key of a row in that order. Only numbers, never a text of a callback. */
export function writePageCursor<List extends ListName>(list: OrderedList<List>, key: PageKey): string {
  return writeToken([version, ...tagOf(list), ...key.map(String)]);
}

/** @throws LedgerError - CURSOR_INVALID: damaged, or of another list, order or version */
export function readPageCursor<List extends ListName>(list: OrderedList<List>, cursor: string): PageKey {
  const parts = readToken(cursor);
  const tag = [version, ...tagOf(list)];
  const key = parts.slice(tag.length);
  const isOfList = tag.every((part, index) => parts[index] === part) && key.length === keyLengthOf(list);
  if (!isOfList || !key.every(isInteger64)) {
    throw new LedgerError(
      'CURSOR_INVALID',
      'The cursor is not from this list in this order. List again without a cursor.',
    );
  }
  return key.map(BigInt);
}

/** A position in the log is unique; every other value needs a second number that breaks ties. */
function keyLengthOf({ order }: OrderedList<ListName>): number {
  return order.by === 'RECORDED' ? 1 : 2;
}

function tagOf({ name, order }: OrderedList<ListName>): readonly string[] {
  return [name, order.by, order.descending ? 'DESC' : 'ASC'];
}

function isInteger64(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}
