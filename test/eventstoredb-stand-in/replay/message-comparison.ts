import { streamOfTheServer } from './differences.ts';
import type { Message } from './recordings.ts';

/** Replacements for values that differ between runs: ids chosen by the server, times and ports. */
const ownNames: Readonly<Record<string, string>> = {
  subscriptionId: '(id)',
  instanceId: '(id)',
  timeStamp: '(time)',
  port: '(port)',
};

const positionFields = new Set(['commitPosition', 'preparePosition']);

/**
 * Compares recorded messages with current ones: positions must correspond one to one and in order, values chosen by the server must be set,
 * and everything else must be equal.
 */
export class MessageComparison {
  readonly #actual = new Map<string, string>([['0', '0']]);

  /** The current position for a recorded one that an earlier answer contained. */
  readonly position = (recorded: string): string => {
    const actual = this.#actual.get(recorded);
    if (actual === undefined) throw new Error(`No answer has contained the recorded position ${recorded} yet.`);
    return actual;
  };

  /** The recorded message with current positions, to compare with `plain(actual)`. */
  expected(recorded: Message, actual: Message): Message {
    this.#learn(recorded, actual);
    return mapped(recorded, (name, value) => (positionFields.has(name) ? this.position(value) : value));
  }

  /** The current positions in the order of the recorded ones: they must be in order too. */
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

/** A message without values that differ between runs, except its positions. */
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
