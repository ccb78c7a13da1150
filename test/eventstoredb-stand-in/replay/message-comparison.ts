import { streamOfTheServer } from './differences.ts';
import type { Message } from './recordings.ts';

/** What a field's value is called where it differs from run to run: ids of the server's own, times, and places. */
const ownNames: Readonly<Record<string, string>> = {
  subscriptionId: '(id)',
  instanceId: '(id)',
  timeStamp: '(time)',
  port: '(port)',
};

const positionFields = new Set(['commitPosition', 'preparePosition']);

/**
 * Compares what was recorded with what is answered now: positions stand for each other one to one and in their order,
 * what is the server's own choice is only there, and all else is equal.
 */
export class MessageComparison {
  readonly #actual = new Map<string, string>([['0', '0']]);

  /** The position of now for a recorded one that was answered before. */
  readonly position = (recorded: string): string => {
    const actual = this.#actual.get(recorded);
    if (actual === undefined) throw new Error(`Nothing was answered yet with the recorded position ${recorded}`);
    return actual;
  };

  /** The recorded message with the positions of now, for a comparison with `plain(actual)`. */
  expected(recorded: Message, actual: Message): Message {
    this.#learn(recorded, actual);
    return mapped(recorded, (name, value) => (positionFields.has(name) ? this.position(value) : value));
  }

  /** Recorded positions in their order, and those that stand for them: to be in their order, too. */
  positions(): bigint[] {
    const pairs = [...this.#actual].map(([recorded, actual]) => [BigInt(recorded), BigInt(actual)] as const);
    return pairs.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, actual]) => actual);
  }

  #learn(recorded: unknown, actual: unknown): void {
    if (!isObject(recorded) || !isObject(actual)) return;
    for (const [name, value] of Object.entries(recorded)) {
      const other = actual[name];
      if (!positionFields.has(name)) this.#learn(value, other);
      else if (typeof other === 'string' && !this.#actual.has(String(value))) this.#actual.set(String(value), other);
    }
  }
}

/** A message without what differs from run to run; its positions stay. */
export function plain(message: Message): Message {
  return mapped(message, (_, value) => value);
}

function mapped(message: Message, map: (name: string, value: string) => string): Message {
  const one = (name: string, value: unknown): unknown => {
    const own = ownNames[name];
    if (own !== undefined) return own;
    if (name === 'metadataMap') return withoutTime(value as [string, string][]);
    if (Array.isArray(value)) return value.map((item) => one('', item));
    if (isObject(value)) {
      const fields = Object.entries(value).map(([key, item]) => [key, one(key, item)] as const);
      return { ...Object.fromEntries(fields), ...(isOfTheServer(value) && { id: '(id)' }) };
    }
    return typeof value === 'string' ? map(name, value) : value;
  };
  return one('', message) as Message;
}

function withoutTime(metadata: [string, string][]): [string, string][] {
  return metadata.map(([name, value]) => [name, name === 'created' ? '(time)' : value]);
}

function isOfTheServer({ streamIdentifier }: Record<string, unknown>): boolean {
  return isObject(streamIdentifier) && streamIdentifier['streamName'] === streamOfTheServer;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
