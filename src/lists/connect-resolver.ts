import type { GraphQLResolveInfo } from 'graphql';
import { LedgerError } from '../kernel/errors.ts';
import { readToken, writeToken } from '../kernel/encoding.ts';
import { cursorAt } from '../live/log-cursor.ts';
import type { Condition, Page, PageRequest, ListOrder, PageKey } from './listing.ts';
import type { GraphqlContext } from '../api/context.ts';
import { pageNodesDefault, pageNodesMax, type PageArgs } from './list-args-type.ts';
import { fieldNamesOf, selectsOwn } from '../api/cost.ts';
import { toCallbackRecord, type CallbackRecord } from '../callbacks/callback-type.ts';
import { positionAfterCheckpoint } from '../projecting/changes.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import type { Connection, PageInfo } from './connection-type.ts';

/** Nodes of a list that are counted: beyond that, a count costs more than it is worth. */
export const totalCountMax = 10_000;

const countFields: ReadonlySet<string> = new Set(['totalCount', 'totalCountIsCapped', 'totalCountCappedBy']);

/** Rows of a page. A longer page takes some milliseconds to read and others to write; other work runs in between. */
const longPageRows = 100;

type ListContext = Pick<GraphqlContext, 'readModel' | 'rows' | 'ports' | 'slices'>;

interface ListRequest<Field extends string, Order extends string, Row, Node> {
  readonly list: OrderedList<Order>;
  readonly condition: Condition<Field>;
  readonly page: PageArgs;
  readonly read: (request: PageRequest<Field, Order>) => Page<Row>;
  readonly toNode: (row: Row) => Node;
}

/**
 * Answers a list: reads the page, and counts the nodes if the operation asks for it.
 * @throws LedgerError - PAGE_TOO_LARGE, CURSOR_INVALID, OPERATION_TOO_COSTLY, or BAD_USER_INPUT
 */
export function connect<Field extends string, Order extends string, Row, Node>(
  request: ListRequest<Field, Order, Row, Node>,
  context: ListContext,
  info: GraphQLResolveInfo,
): Connected<Node> {
  const { slices } = context;
  if (slices.isOver()) return slices.next().then(() => connectNow(request, context, info));
  return connectNow(request, context, info);
}

function connectNow<Field extends string, Order extends string, Row, Node>(
  { list, condition, page: asked, read, toNode }: ListRequest<Field, Order, Row, Node>,
  context: ListContext,
  info: GraphQLResolveInfo,
): Connected<Node> {
  const { readModel, rows: budget, slices } = context;
  const countMax = selectsOwn(info, countFields) ? totalCountMax : null;
  const request = toPageRequest(list, asked);
  const page = read({ ...request, condition, order: list.order, countMax, budget, shown: fieldNamesOf(info) });
  const { direction } = request;
  const connection = toConnection({ list, direction, page, toNode, version: readModel.version }, context);
  return page.rows.length > longPageRows ? slices.next().then(() => connection) : connection;
}

/** A long list is ready one turn of the event loop later. */
export type Connected<Node> = Connection<Node> | Promise<Connection<Node>>;

interface FoundPage<Row, Node> {
  readonly list: OrderedList;
  readonly direction: PageRequest<string, string>['direction'];
  readonly page: Page<Row>;
  readonly toNode: (row: Row) => Node;
  /** Of the projection that was read. */
  readonly version: number;
}

/** Shows a page that was read. */
export function toConnection<Row, Node>(
  found: FoundPage<Row, Node>,
  context: Pick<GraphqlContext, 'ports'>,
): Connection<Node> {
  return new FoundConnection(found, context);
}

/**
 * Makes cursors when they are selected. A class, because an object literal with getters gets another hidden class each
 * time, which keeps the whole page in memory until the next full garbage collection.
 */
class FoundConnection<Row, Node> implements Connection<Node> {
  readonly nodes: Node[];

  constructor(
    private readonly found: FoundPage<Row, Node>,
    private readonly context: Pick<GraphqlContext, 'ports'>,
  ) {
    this.nodes = found.page.rows.map(({ row }) => found.toNode(row));
  }

  get edges(): Connection<Node>['edges'] {
    const { list, page } = this.found;
    return page.rows.map(({ key }, index) => ({
      cursor: writePageCursor(list, key),
      node: this.nodes[index] as Node,
    }));
  }

  get pageInfo(): PageInfo {
    const { list, direction, page } = this.found;
    const { rows, stoppedAt, hasNextPage, hasPreviousPage } = page;
    const isForwards = direction === 'forwards';
    const cursorOf = (key: PageKey | undefined) => (key === undefined ? null : writePageCursor(list, key));
    return {
      hasNextPage,
      hasPreviousPage,
      startCursor: cursorOf((isForwards ? null : stoppedAt) ?? rows[0]?.key),
      endCursor: cursorOf((isForwards ? stoppedAt : null) ?? rows.at(-1)?.key),
    };
  }

  get liveFrom(): string {
    const { page, version } = this.found;
    return cursorAt(positionAfterCheckpoint(page.checkpoint), this.context.ports.log, version);
  }

  get totalCount(): number | undefined {
    return this.found.page.total?.rows;
  }

  get totalCountIsCapped(): boolean | undefined {
    return this.found.page.total === null ? undefined : this.totalCountCappedBy !== null;
  }

  get totalCountCappedBy(): Connection<Node>['totalCountCappedBy'] {
    return this.found.page.total?.cappedBy;
  }
}

/**
 * The part of a list that a page shows.
 * @throws LedgerError - PAGE_TOO_LARGE, CURSOR_INVALID, or BAD_USER_INPUT for arguments that contradict each other
 */
export function toPageRequest(
  list: OrderedList,
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

type OwnerCondition = Condition<'sessionId' | 'taskRow'>;

/** The callbacks of one session or task, newest first; as of the past if their owner is. */
export function callbacksOf(
  { past, condition }: { readonly past: ReadModelReader | undefined; readonly condition: OwnerCondition },
  page: PageArgs,
  present: GraphqlContext,
  info: GraphQLResolveInfo,
): Connected<CallbackRecord> {
  const { ports, rows, slices } = present;
  const readModel = past ?? present.readModel;
  return connect(
    {
      list: { name: 'callbacks', order: { by: 'RECORDED', descending: true } },
      condition,
      page,
      read: (request) => readModel.callbacks(request),
      toNode: (row) => toCallbackRecord(row, ports.log, past),
    },
    { readModel, ports, rows, slices },
    info,
  );
}

/** A list in one of its orders: a page cursor is valid only for that order of that list. */
export interface OrderedList<Order extends string = string> {
  /** The name that clients use. A page cursor has it. */
  readonly name: string;
  readonly order: ListOrder<Order>;
}

const version = 'p2';

/** A page cursor: the list, its order, and the key of a row in that order. Only numbers, never a text of a callback. */
export function writePageCursor(list: OrderedList, key: PageKey): string {
  return writeToken([version, ...tagOf(list), ...key.map(String)]);
}

/** @throws LedgerError - CURSOR_INVALID: damaged, or of another list, order or version */
export function readPageCursor(list: OrderedList, cursor: string): PageKey {
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
function keyLengthOf({ order }: OrderedList): number {
  return order.by === 'RECORDED' ? 1 : 2;
}

function tagOf({ name, order }: OrderedList): readonly string[] {
  return [name, order.by, order.descending ? 'DESC' : 'ASC'];
}

function isInteger64(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}
