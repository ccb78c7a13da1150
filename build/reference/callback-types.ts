import { callbackTypes } from '../../src/callbacks/callback.ts';
import type { JsonObject } from '../../src/callbacks/json-object.ts';
import type { AnyCallback, CallbackType } from '../../src/callbacks/types/declaration.ts';
import { table } from './table.ts';

/** The members of a body that a reader looks at. */
export function membersRead(body: JsonObject, read: (body: JsonObject) => unknown): ReadonlySet<string> {
  const members = new Set<string>();
  const get = (target: JsonObject, name: string | symbol) => {
    if (typeof name === 'string') members.add(name);
    return target[String(name)];
  };
  read(new Proxy(body, { get }));
  return members;
}

const nothingKnown: AnyCallback = { eventType: null, callbackEvent: null, appId: null, occurredAtMs: null };

/** All that a type reads by itself, besides the names that all types have in common. */
export function readByType(type: CallbackType, body: JsonObject): unknown {
  return [type.read?.(body, nothingKnown), type.listed?.rowsOf(body), type.namesTask?.(body), type.sentenceOf?.(body)];
}

/** Where the callbacks go that are folded into something, instead of being listed as they are. */
const foldedInto: Readonly<Record<string, string>> = {
  PUSH: 'streamSessions',
  INTERRUPTION: 'streamSessions',
  RELAY: 'relayTasks',
};

/** All types, as they are declared. A reader looks for all members that it knows in a body that has none. */
export function callbackTypeTable(): string {
  const names = (members: Iterable<string>) => [...members].map((name) => `\`${name}\``).join(', ');
  const first = ({ eventTypes }: CallbackType) => eventTypes[0] ?? Infinity;
  const sorted = [...callbackTypes].sort((one, other) => first(one) - first(other));
  const rows = sorted.map((type) => {
    const { eventTypes, kind, meaning, timesOf, credentials = [] } = type;
    const times = timesOf === undefined ? new Set<string>() : membersRead({}, timesOf);
    const others = membersRead({}, (body) => readByType(type, body));
    const ofItself = [...others].filter((name) => name !== 'event_type' && name !== 'event_time');
    return [
      eventTypes.join(', ') || 'any other',
      `\`${kind}\``,
      meaning,
      names(times) || '`event_time`',
      names(ofItself),
      names([type.listed?.list.name ?? foldedInto[kind] ?? []].flat()),
      names(credentials),
    ];
  });
  return table(['`event_type`', 'kind', 'it says', 'time', 'read', 'listed in', 'hidden'], rows);
}
