import { createHash } from 'node:crypto';
import { readMessage, subscription } from './operation.ts';
import { openSubscriber, type Subscriber } from './subscriber.ts';

/** The messages that the first subscriber received. */
export interface FirstSubscriber {
  readonly messages: number;
  /** Whether each position was greater than the one before it. */
  readonly isInOrder: boolean;
  /** The digest of all callbacks, in order. */
  readonly digest: string;
}

/** Subscribers to open: connections, and subscriptions on each. */
export interface Opening {
  readonly port: number;
  readonly count: number;
  readonly operations: number;
  readonly readFully: number;
  readonly after: string | null;
}

export interface Audience {
  /** The number of subscriptions. */
  readonly size: () => number;
  readonly messages: () => number;
  readonly bytes: () => number;
  /** Opens more subscribers. `readFully` of them parse each message: the very first for its content, the others for its latency. */
  open(options: Opening): Promise<void>;
  /** Records that the 200 of a callback arrived. */
  acknowledged(key: string): void;
  /** Milliseconds from each 200 to its message, at each measuring subscriber, since the last call. */
  takeLatenciesMs(): number[];
  first(): FirstSubscriber;
  each(act: (subscriber: Subscriber) => void): void;
}

const openedAtOnce = 100;

/** The subscribers of one process. Nearly all messages are counted without being parsed. */
export function createAudience(onMessages: () => void): Audience {
  const subscribers: Subscriber[] = [];
  let acknowledgedAtMs = new Map<string, number>();
  /** Messages that arrived before the 200 of their callback was read. */
  const early = new Map<string, number>();
  let [messages, size] = [0, 0];
  let latenciesMs: number[] = [];
  const first = { messages: 0, isInOrder: true, last: 0, hash: createHash('sha256') };

  const readTime = (text: string) => {
    const { key } = readMessage(text);
    const atMs = acknowledgedAtMs.get(key);
    if (atMs === undefined) early.set(key, (early.get(key) ?? 0) + 1);
    else latenciesMs.push(performance.now() - atMs);
  };
  const readAll = (text: string) => {
    const { key, position } = readMessage(text);
    first.messages += 1;
    if (position <= first.last) first.isInOrder = false;
    first.last = position;
    first.hash.update(`${key}\n`);
  };
  const count = (more: number) => {
    messages += more;
    onMessages();
  };

  return {
    size: () => size,
    messages: () => messages,
    bytes: () => subscribers.reduce((sum, one) => sum + one.bytes(), 0),
    async open({ count: wanted, readFully, ...options }) {
      // Measuring subscribers are spread over all, because those served first are the fastest.
      const every = Math.max(1, Math.floor(wanted / Math.max(1, readFully)));
      const isFirst = subscribers.length === 0;
      const readerOf = (index: number) => {
        if (index % every !== 0 || index / every >= readFully) return {};
        return { onText: isFirst && index === 0 ? readAll : readTime };
      };
      for (let opened = 0; opened < wanted; opened += openedAtOnce) {
        const some = Array.from({ length: Math.min(openedAtOnce, wanted - opened) }, (_, index) =>
          openSubscriber({ ...options, query: subscription, onMessages: count, ...readerOf(opened + index) }),
        );
        subscribers.push(...(await Promise.all(some)));
        size += some.length * options.operations;
      }
    },
    acknowledged(key) {
      acknowledgedAtMs.set(key, performance.now());
      for (let left = early.get(key) ?? 0; left > 0; left -= 1) latenciesMs.push(0);
      early.delete(key);
    },
    takeLatenciesMs() {
      const taken = latenciesMs;
      latenciesMs = [];
      acknowledgedAtMs = new Map();
      return taken;
    },
    first: () => ({
      messages: first.messages,
      isInOrder: first.isInOrder,
      digest: first.hash.copy().digest('hex'),
    }),
    each: (act) => {
      for (const one of subscribers) act(one);
    },
  };
}
