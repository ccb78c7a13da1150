import { setTimeout as pause } from 'node:timers/promises';
import { connectLive, nextOf } from './live-socket.ts';
import { openEventStream, partsOf } from './live-stream.ts';

/** Milliseconds until a node that was not ready is asked again. */
const askAgainMs = 20;

/** A message of a subscription whose field is named `shown`, which shows a `node`. */
export interface LiveMessage {
  readonly cursor: string;
  readonly node: { readonly id: string };
}

/** The state that a client takes from one connection to the next. */
export interface ClientState {
  cursor: string;
  /** The node that it is subscribed at now. */
  at: string | null;
  /** How the last connection ended: its close code, or `gone`. */
  end: string | null;
}

export interface FollowOptions {
  /** Aborted: the client leaves silently. */
  readonly signal: AbortSignal;
  readonly onBegun: () => void;
}

/** The messages of a subscription over one connection, until either side ends it. @throws Error - it was refused */
export type Follow = (
  url: string,
  query: string,
  state: ClientState,
  options: FollowOptions,
) => AsyncGenerator<LiveMessage, void>;

/** Over graphql-transport-ws. A server that closes sends the cursor to continue after, which may be later than the last message. */
export const followOverSocket: Follow = async function* (url, query, state, { signal, onBegun }) {
  const socket = await orGone(connectLive(url));
  if (socket === null) {
    state.end = 'gone';
    return;
  }
  const goAway = () => {
    socket.ws.terminate();
  };
  signal.addEventListener('abort', goAway);
  try {
    if (signal.aborted) return;
    socket.subscribe('1', query, { after: state.cursor });
    state.at = url;
    onBegun();
    for (let taken = 0; ;) {
      const more = await orGone(
        socket.until((messages) => {
          const shown = nextOf<{ shown: LiveMessage }>(messages, '1').slice(taken);
          const isRefused = messages.some(({ type }) => type === 'error' || type === 'complete');
          return (shown.length > 0 || isRefused) && { shown, isRefused };
        }),
      );
      if (more === null) {
        const { code, reason } = await socket.closed();
        state.end = String(code);
        state.cursor = / after (\S+)$/.exec(reason)?.[1] ?? state.cursor;
        return;
      }
      if (more.isRefused && more.shown.length === 0) {
        await endUnlessNotReady(JSON.stringify(socket.messages), state);
        return;
      }
      for (const { shown } of more.shown) {
        taken += 1;
        state.cursor = shown.cursor;
        yield shown;
      }
    }
  } finally {
    signal.removeEventListener('abort', goAway);
    socket.ws.terminate();
  }
};

/** Over server-sent events. Parts without data have a cursor too. */
export const followOverStream: Follow = async function* (url, query, state, { signal, onBegun }) {
  const away = new AbortController();
  const goAway = () => {
    away.abort();
  };
  signal.addEventListener('abort', goAway);
  try {
    const response = await orGone(
      openEventStream(url, query, {}, { 'last-event-id': state.cursor, connection: 'close' }, away.signal),
    );
    if (response === null) {
      state.end = 'gone';
      return;
    }
    if (response.status !== 200) {
      await endUnlessNotReady(await response.text(), state);
      return;
    }
    state.at = url;
    onBegun();
    const parts = partsOf(response);
    for (;;) {
      const next = await orGone(parts.next());
      if (next === null || next.done === true) {
        state.end = next === null ? 'gone' : 'ended';
        return;
      }
      const { id, data } = next.value;
      if (data !== null) {
        const { data: result, errors } = JSON.parse(data === '' ? '{}' : data) as {
          data?: { shown: LiveMessage };
          errors?: unknown;
        };
        if (result === undefined) {
          await endUnlessNotReady(JSON.stringify(errors), state);
          return;
        }
        state.cursor = result.shown.cursor;
        yield result.shown;
      }
      state.cursor = id ?? state.cursor;
    }
  } finally {
    signal.removeEventListener('abort', goAway);
    away.abort();
  }
};

/** A node that is building its first read models refuses for now: the client tries again, there or elsewhere. */
async function endUnlessNotReady(answer: string, state: ClientState): Promise<void> {
  if (!answer.includes('STORE_UNAVAILABLE')) throw new Error(`Refused: ${answer}`);
  state.end = 'not ready';
  await pause(askAgainMs);
}

/** Null if the connection cannot be made or has broken. */
async function orGone<Result>(result: Promise<Result>): Promise<Result | null> {
  try {
    return await result;
  } catch {
    return null;
  }
}
