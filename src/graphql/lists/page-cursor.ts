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
/** The kinds of rows that have pages. A page cursor names its kind. */
export type ListName = keyof Orders;
export type OrderOf<List extends ListName> = Orders[List];

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
