import { createClient } from 'graphql-ws';
import { ApiError, apiErrorOf } from './api-error.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { createStore } from './store.ts';
import { authorizationOf, signInNeeded, token } from './token.ts';

/** Milliseconds of silence after which the page pings the server, and milliseconds for the pong, as for the acknowledgement of a connection. */
const silenceMsMax = 10_000;
const pongMsMax = 5_000;

/** Milliseconds before the next attempt at most, because the server answers everyone again soon after it starts. */
const retryMsMax = 5_000;

export interface ConnectionState {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Milliseconds since 1970 when this state began. */
  readonly since: number;
}

/** The one WebSocket of the page, for all subscriptions. */
export const connection = createStore<ConnectionState>({ state: 'connecting', since: Date.now() });

/** The number of subscriptions. With none, the view changes only when it is queried again. */
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
    // Otherwise a page that changes views would close and open the socket each time.
    lazyCloseTimeout: 30_000,
    connectionParams: () => authorizationOf(token.get()),
    connectionAckWaitTimeout: pongMsMax,
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
        // The client closes with 1000 when there are no subscriptions, so that is not a loss.
        enter(code === 1000 ? 'connecting' : 'lost');
      },
    },
  });
}

let client = openClient();

/** A new token needs a new socket: the open one keeps its old authorization. */
token.subscribe(() => {
  void client.dispose();
  client = openClient();
});

/**
 * Receives the results of a subscription. A subscription resumes by itself after a connection loss, with its variables
 * as of then.
 */
export interface Sink<Result> {
  next(result: Result): void;
  /** Called when the subscription has ended. */
  error(error: ApiError): void;
}

/**
 * Subscribes; returns a function that ends the subscription. Reads `variables` again at each connection, so `after` can
 * be the cursor of the last message.
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

/** Counts one more subscription, until the returned function is first called. */
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
