import { LedgerError } from '../../kernel/errors.ts';
import { readToken, writeToken } from '../../kernel/opaque-token.ts';
import type {
  CallbackOrder,
  ListOrder,
  PageKey,
  RelayTaskOrder,
  StreamSessionOrder,
} from '../../read-models/listing.ts';
import type { QuarantineOrder } from '../../read-models/quarantine.ts';

/** What each list can be ordered by. */
interface Orders {
  readonly streamSessions: StreamSessionOrder;
  readonly relayTasks: RelayTaskOrder;
  readonly callbacks: CallbackOrder;
  readonly quarantine: QuarantineOrder;
}
export type ListName = keyof Orders;
export type OrderOf<List extends ListName> = Orders[List];

/** Numbers that place a row in each order: times of ours or of CSS, durations, and places in the log. Never a text. */
const keyLengths: { readonly [List in ListName]: Readonly<Record<Orders[List], number>> } = {
  streamSessions: { STARTED_AT: 2, ENDED_AT: 2, PUSH_DURATION: 2, LAST_CHANGED: 2 },
  relayTasks: { STARTED_AT: 2, EXITED_AT: 2, LAST_CHANGED: 2 },
  callbacks: { RECORDED: 1, RECEIVED_AT: 2, OCCURRED_AT: 2 },
  quarantine: { RECORDED: 1, RECEIVED_AT: 2 },
};

/** A list in one of its orders: what a cursor is good for. */
export interface OrderedList<List extends ListName> {
  readonly name: List;
  readonly order: ListOrder<OrderOf<List>>;
}

const version = 'p2';

/** A page cursor: the list, its order, and the numbers that place a row in it. */
export function writePageCursor<List extends ListName>(list: OrderedList<List>, key: PageKey): string {
  return writeToken([version, ...tagOf(list), ...key.map(String)]);
}

/** @throws LedgerError - CURSOR_INVALID */
export function readPageCursor<List extends ListName>(list: OrderedList<List>, cursor: string): PageKey {
  const parts = readToken(cursor);
  const tag = [version, ...tagOf(list)];
  const key = parts.slice(tag.length);
  const fits = tag.every((part, index) => parts[index] === part) && key.length === keyLengths[list.name][list.order.by];
  if (!fits || !key.every(isInteger64)) {
    throw new LedgerError('CURSOR_INVALID', 'The cursor is not one of this list in this order. List again without it.');
  }
  return key.map(BigInt);
}

function tagOf({ name, order }: OrderedList<ListName>): readonly string[] {
  return [name, order.by, order.descending ? 'DESC' : 'ASC'];
}

function isInteger64(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}
