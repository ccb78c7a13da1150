import { parseEmbeddedJson, type JsonObject } from '../json-object.ts';
import {
  readCode,
  readCodeText,
  readDuration,
  readId,
  readMs,
  readName,
  readPositive,
  readSecondsAsMs,
  readStreamName,
  readText,
} from '../wire-values.ts';

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
  /** Left out: it is only recorded. Never throws: what can't be read is null. */
  readonly read?: (body: JsonObject, any: AnyCallback) => Result;
  /** Left out: it is in no list but that of all callbacks. */
  readonly listed?: ListedType;
}

/** A read model with a row for each callback of a type. A field of sessions lists those that name the session. */
export interface ListedType {
  /** The field of `StreamSession`, and its table; the name of the field's type. */
  readonly name: string;
  readonly typeName: string;
  /** What it lists, in the schema. */
  readonly description: string;
  /** Raise it with every change of the fields. */
  readonly version: number;
  /** The columns of its table and the fields of its type. */
  readonly fields: Readonly<Record<string, ShownField>>;
}

/** A field that the schema shows, with its meaning, unit and source. */
export interface ShownField extends BodyField {
  readonly shown: string;
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

/** How a value is read. What can't be read is null. */
const readers = {
  /** Without the query and login that it has if it is a URL: everyone may read and search it. */
  NAME: readName,
  /** Without the query that its push URL may have. */
  STREAM_NAME: readStreamName,
  /** As sent: only operators may read the URLs in it whole. */
  TEXT: readText,
  ID: readId,
  CODE: readCode,
  /** A size or a number of something; 0 is unknown. */
  POSITIVE: readPositive,
  /** A code that is no 32-bit number, as sent. */
  CODE_TEXT: readCodeText,
  /** In the unit of the field. */
  DURATION: readDuration,
  /** A moment, in seconds since 1970; read in milliseconds. */
  SECONDS: readSecondsAsMs,
  /** A moment, in milliseconds since 1970. */
  MILLISECONDS: readMs,
  /** An object or a list, as the text of its JSON: only operators may read the credentials in it. */
  JSON: readJson,
} as const satisfies Readonly<Record<string, (value: unknown) => string | number | null>>;

/** UTF-16 code units of an object or a list that is read; of a longer one, only the log has the content. */
const jsonLengthMax = 16_384;

/** CSS sends some objects as JSON in a string. */
function readJson(value: unknown): string | null {
  const read = typeof value === 'string' ? parseEmbeddedJson(value) : value;
  if (typeof read !== 'object' || read === null) return null;
  const text = JSON.stringify(read);
  return text.length <= jsonLengthMax ? text : null;
}

/** A field that is read of a body. */
export interface BodyField {
  readonly as: keyof typeof readers;
  /** Members of the body that may have it: the first that can be read is taken. */
  readonly from: readonly string[];
}

/** Fields by the properties that have their values. */
export type BodyFields = Readonly<Record<string, BodyField>>;

export type FieldValues<Fields extends BodyFields> = {
  readonly [Name in keyof Fields]: ReturnType<(typeof readers)[Fields[Name]['as']]>;
};

/** Prepares the reading of fields: it is done for each callback. Never throws. */
export function fieldReader<Fields extends BodyFields>(fields: Fields): (body: JsonObject) => FieldValues<Fields> {
  const prepared = Object.entries(fields).map(([name, { as, from }]) => ({ name, read: readers[as], from }));
  return (body) => {
    // The properties are always set in this order, so that all results have one hidden class.
    const values: Record<string, string | number | null> = {};
    for (const { name, read, from } of prepared) {
      let value = null;
      for (const member of from) {
        value = read(body[member]);
        if (value !== null) break;
      }
      values[name] = value;
    }
    return values as FieldValues<Fields>;
  };
}
