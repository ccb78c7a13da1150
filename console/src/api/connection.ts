import { createClient } from 'graphql-ws';
import { ApiError, apiErrorOf } from './api-error.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { createStore } from './store.ts';
import { authorizationOf, signInNeeded, token } from './token.ts';

/** Milliseconds without anything from the server until it is asked whether it is still there, and to answer that. */
const silenceMsMax = 10_000;
const pongMsMax = 5_000;

/** Milliseconds to wait at most before the next attempt: the server answers everyone again soon after it starts. */
const retryMsMax = 5_000;

export interface ConnectionState {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Milliseconds since 1970 when this state began. */
  readonly since: number;
}

/** The one WebSocket of the page, over which everything live comes. */
export const connection = createStore<ConnectionState>({ state: 'connecting', since: Date.now() });

/** How many subscriptions there are: where there is none, what is shown changes only when it is asked for again. */
export const following = createStore(0);

function enter(state: ConnectionState['state']): void {
  if (connection.get().state !== state) connection.set({ state, since: Date.now() });
}

function openClient() {
  let socket: WebSocket | undefined;
  let overdue: ReturnType<typeof setTimeout> | undefined;
  return createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    lazy: true,
    // A page that changes views would otherwise close and open the socket each time.
    lazyCloseTimeout: 30_000,
    connectionParams: () => authorizationOf(token.get()),
    keepAlive: silenceMsMax,
    retryAttempts: Infinity,
    retryWait: (attempts) => sleep(Math.min(retryMsMax, 250 * 2 ** attempts) * (0.5 + Math.random() / 2)),
    shouldRetry: (event) => (event as CloseEvent).code !== 4403,
    on: {
      opened: (opened) => (socket = opened as WebSocket),
      connected: () => enter('live'),
      ping: (received) => {
        if (!received) overdue = setTimeout(() => socket?.close(4408, 'no pong'), pongMsMax);
      },
      pong: () => clearTimeout(overdue),
      closed: (event) => {
        clearTimeout(overdue);
        const { code } = event as CloseEvent;
        if (code === 4403) signInNeeded.set(true);
        // The client closes with 1000 when nothing is subscribed to: that is no loss.
        enter(code === 1000 ? 'connecting' : 'lost');
      },
    },
  });
}

let client = openClient();

/** With another token the socket is opened again: the old one stays what it was. */
token.subscribe(() => {
  void client.dispose();
  client = openClient();
});

/** What comes of a subscription. Each goes on by itself after a loss, with the variables as they are then. */
export interface Sink<Result> {
  next(result: Result): void;
  /** It has ended. */
  error(error: ApiError): void;
}

/**
 * Subscribes. `variables` is read again at each connection: let its `after` be the cursor of the last message.
 * Returns what ends it.
 */
export function subscribe<Result, Variables extends object>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  sink: Sink<Result>,
): () => void {
  const uncount = countFollowing();
  const unsubscribe = client.subscribe<Result>(
    { query: document.toString(), variables: variables as Record<string, unknown> },
    {
      next: ({ data, errors }) => {
        if (data) sink.next(data);
        else if (errors?.[0]) sink.error(apiErrorOf(errors[0]));
      },
      error: (error) => {
        uncount();
        const [first] = Array.isArray(error) ? (error as Parameters<typeof apiErrorOf>[0][]) : [];
        sink.error(first ? apiErrorOf(first) : new ApiError('UNREACHABLE', 'The connection was closed.'));
      },
      complete: uncount,
    },
  );
  return () => {
    uncount();
    unsubscribe();
  };
}

/** Counts one more, until what it returns is called for the first time. */
function countFollowing(): () => void {
  following.set(following.get() + 1);
  let isCounted = true;
  return () => {
    if (isCounted) following.set(following.get() - 1);
    isCounted = false;
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
