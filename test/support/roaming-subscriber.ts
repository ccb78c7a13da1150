import { randomOf } from '../../simulator/scenario/random.ts';
import { followOverSocket, followOverStream, type LiveMessage, type ClientState } from './live-subscription.ts';

export interface RoamingOptions {
  readonly name: string;
  readonly transport: 'websocket' | 'sse';
  readonly query: string;
  /** The cursor where it begins. */
  readonly after: string;
  /** The nodes it may go to next, at least one; called before each move. */
  readonly urls: () => readonly string[];
}

/** A client with one subscription that changes nodes at will and takes only its cursor along. */
export interface RoamingSubscriber {
  readonly name: string;
  readonly shown: readonly LiveMessage[];
  /** How its connections ended: a close code if there was one. */
  readonly ends: readonly string[];
  /** The nodes visited, one for each connection. */
  readonly visited: readonly string[];
  /** Leaves its current node at once. */
  leave(): void;
  /** Resolves once it is subscribed at this node. */
  at(url: string): Promise<void>;
  /** Resolves once the last message fits; rejects if the subscription was refused. */
  until(fits: (last: LiveMessage | undefined) => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** The most messages after which it moves on by itself, if there is more than one node. */
const messagesMax = 40;

export function roam({ name, transport, query, after, urls }: RoamingOptions): RoamingSubscriber {
  const random = randomOf(name, 'roaming');
  const follow = transport === 'websocket' ? followOverSocket : followOverStream;
  const shown: LiveMessage[] = [];
  const [ends, visited]: [string[], string[]] = [[], []];
  const state: ClientState = { cursor: after, at: null, end: null };
  let leaving = new AbortController();
  let stopped = false;
  let failure: Error | null = null;
  const waiting = new Set<() => void>();
  const look = () => {
    for (const one of [...waiting]) one();
  };

  const visit = async (url: string) => {
    leaving = new AbortController();
    if (stopped) return;
    let rest = random.integer(1, messagesMax);
    for await (const message of follow(url, query, state, { signal: leaving.signal, onBegun: look })) {
      shown.push(message);
      look();
      rest -= 1;
      if (rest <= 0 && urls().length > 1) break;
    }
  };
  const run = async () => {
    while (!stopped && failure === null) {
      const there = urls();
      const url = there[random.integer(0, there.length - 1)] ?? '';
      visited.push(url);
      try {
        await visit(url);
      } catch (error) {
        failure = error as Error;
      }
      ends.push(state.end ?? 'left');
      [state.at, state.end] = [null, null];
    }
    look();
  };
  const running = run();

  const when = (fits: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const one = () => {
        if (fits()) resolve();
        else if (failure !== null) reject(failure);
        else return;
        waiting.delete(one);
      };
      waiting.add(one);
      one();
    });
  return {
    name,
    shown,
    ends,
    visited,
    leave: () => {
      state.at = null;
      leaving.abort();
    },
    at: (url) => when(() => state.at === url),
    until: (fits) => when(() => fits(shown.at(-1))),
    async stop() {
      stopped = true;
      leaving.abort();
      await running;
      if (failure !== null) throw failure;
    },
  };
}
