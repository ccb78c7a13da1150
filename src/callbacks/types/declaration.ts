import type { JsonObject } from '../json-object.ts';
import type { ListedRows, RowOf, TypedList } from './typed-lists.ts';

/** A type of callback, declared once: what it is called, what is read of its body, and what in it is a credential. */
export interface CallbackType<Result extends AnyCallback = AnyCallback> {
  /** The values of `event_type` that it has. None: all that no other type has. */
  readonly eventTypes: readonly number[];
  /** Its name in the schema. */
  readonly kind: string;
  /** What it is about, in the schema: the rest of a sentence. */
  readonly meaning: string;
  /** The type of its events in the log; left out: `CssOther`. It never changes for callbacks that may have been recorded. */
  readonly eventName?: string;
  /** The same for some values of `callback_event`. A map, not an object: a `callback_event` may be `toString`. */
  readonly eventNames?: ReadonlyMap<string, string>;
  /** Members of its body that only operators may read, besides the queries and logins of URLs. */
  readonly credentials?: readonly string[];
  /** Whether CSS sends it long after the time in it. */
  readonly isSentLater?: true;
  /** Left out: it is about a stream, which it names, and that is all that is read. Never throws: what can't be read is null. */
  readonly read?: (body: JsonObject, any: AnyCallback) => Result;
  /** When it was, by CSS's clock. Left out: `event_time`, or what several types have instead. Never throws. */
  readonly timesOf?: (body: JsonObject) => CallbackTimes;
  /** Set if it is of no stream of CSS, whatever its members are called. */
  readonly namesStream?: false;
  /** Whether its `stream_id` is the id of a relay task. Never throws. */
  readonly namesTask?: (body: JsonObject) => boolean;
  /** Its rows in a list of its own. Left out: it is in no list but that of all callbacks. */
  readonly listed?: ListedIn;
  /** What happened, in one sentence without names, addresses and URLs. Never throws. */
  readonly sentenceOf?: (body: JsonObject) => string;
}

/** When something was, in milliseconds since 1970 by CSS's clock; null if unknown. What lasted has a beginning, too. */
export interface CallbackTimes {
  readonly fromMs: number | null;
  readonly atMs: number | null;
}

/** What is read of every callback. */
export interface AnyCallback {
  /** `event_type`; null if it is missing or not a number. 0 is an interruption, never "missing". */
  readonly eventType: number | null;
  /** `callback_event`, which only relay callbacks carry. */
  readonly callbackEvent: string | null;
  /** The account. The vendor's tables say `appId` in two languages, its samples `appid`: both are read. */
  readonly appId: string | null;
  /** CSS's clock, in milliseconds since 1970; null if the body carries no time. */
  readonly occurredAtMs: number | null;
}

/** The list that a type is in, and how its rows are read. Never throws. */
interface ListedIn {
  readonly list: TypedList;
  readonly rowsOf: (body: JsonObject) => ListedRows['rows'];
}

/** Declares the rows of a type: their values are those of the fields of the list. */
export function listedIn<const List extends TypedList>(
  list: List,
  rowsOf: (body: JsonObject) => readonly RowOf<List>[],
): ListedIn {
  return { list, rowsOf };
}

/** What CSS says in words, with the full stop that it may lack, so that another sentence can follow. */
export const asSentence = (words: string) => (/[.!?。]$/.test(words) ? words : `${words}.`);
