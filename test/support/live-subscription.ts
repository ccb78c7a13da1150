import { setTimeout as pause } from 'node:timers/promises';
import { connectLive, nextOf } from './live-socket.ts';
import { openEventStream, partsOf } from './live-stream.ts';

/** Milliseconds until a node that was not ready is asked again. */
const askAgainMs = 20;

/** A message of a subscription whose field was named `told`, and what it tells `node`. */
export interface LiveTold {
  readonly cursor: string;
  readonly node: { readonly id: string };
}

/** Where a client stands: all that it takes from one connection to the next. */
export interface Standing {
  cursor: string;
  /** The node that it follows at just now. */
  at: string | null;
  /** How the last connection ended: its close code, or `gone`. */
  end: string | null;
}

export interface FollowOptions {
  /** Aborted: it goes away without a word. */
  readonly signal: AbortSignal;
  readonly onBegun: () => void;
}

/** What a subscription tells over one connection, until that ends, whoever ends it. @throws Error - it was refused */
export type Follow = (
  url: string,
  query: string,
  standing: Standing,
  options: FollowOptions,
) => AsyncGenerator<LiveTold, void>;

/** By graphql-transport-ws. A server that closes tells the cursor to go on after, which may be further than the last message. */
export const followOverSocket: Follow = async function* (url, query, standing, { signal, onBegun }) {
  const socket = await orGone(connectLive(url));
  if (socket === null) {
    standing.end = 'gone';
    return;
  }
  const goAway = () => {
    socket.ws.terminate();
  };
  signal.addEventListener('abort', goAway);
  try {
    if (signal.aborted) return;
    socket.subscribe('1', query, { after: standing.cursor });
    standing.at = url;
    onBegun();
    for (let taken = 0; ;) {
      const more = await orGone(
        socket.until((messages) => {
          const told = nextOf<{ told: LiveTold }>(messages, '1').slice(taken);
          const isRefused = messages.some(({ type }) => type === 'error' || type === 'complete');
          return (told.length > 0 || isRefused) && { told, isRefused };
        }),
      );
      if (more === null) {
        const { code, reason } = await socket.closed();
        standing.end = String(code);
        standing.cursor = / after (\S+)$/.exec(reason)?.[1] ?? standing.cursor;
        return;
      }
      if (more.isRefused && more.told.length === 0) {
        await endUnlessNotReady(JSON.stringify(socket.messages), standing);
        return;
      }
      for (const { told } of more.told) {
        taken += 1;
        standing.cursor = told.cursor;
        yield told;
      }
    }
  } finally {
    signal.removeEventListener('abort', goAway);
    socket.ws.terminate();
  }
};

/** By server-sent events. Parts without data tell a cursor too. */
export const followOverStream: Follow = async function* (url, query, standing, { signal, onBegun }) {
  const away = new AbortController();
  const goAway = () => {
    away.abort();
  };
  signal.addEventListener('abort', goAway);
  try {
    const response = await orGone(
      openEventStream(url, query, {}, { 'last-event-id': standing.cursor, connection: 'close' }, away.signal),
    );
    if (response === null) {
      standing.end = 'gone';
      return;
    }
    if (response.status !== 200) {
      await endUnlessNotReady(await response.text(), standing);
      return;
    }
    standing.at = url;
    onBegun();
    const parts = partsOf(response);
    for (;;) {
      const next = await orGone(parts.next());
      if (next === null || next.done === true) {
        standing.end = next === null ? 'gone' : 'ended';
        return;
      }
      const { id, data } = next.value;
      if (data !== null) {
        const { data: result, errors } = JSON.parse(data === '' ? '{}' : data) as {
          data?: { told: LiveTold };
          errors?: unknown;
        };
        if (result === undefined) {
          await endUnlessNotReady(JSON.stringify(errors), standing);
          return;
        }
        standing.cursor = result.told.cursor;
        yield result.told;
      }
      standing.cursor = id ?? standing.cursor;
    }
  } finally {
    signal.removeEventListener('abort', goAway);
    away.abort();
  }
};

/** A node whose first read models are being built refuses for now: the client tries again, there or elsewhere. */
async function endUnlessNotReady(answer: string, standing: Standing): Promise<void> {
  if (!answer.includes('STORE_UNAVAILABLE')) throw new Error(`Refused: ${answer}`);
  standing.end = 'not ready';
  await pause(askAgainMs);
}

/** Null where the connection can't be made, or has broken. */
async function orGone<Result>(result: Promise<Result>): Promise<Result | null> {
  try {
    return await result;
  } catch {
    return null;
  }
}
