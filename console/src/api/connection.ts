import { LedgerError } from '../../../clients/core/errors.ts';
import type { LiveSource, RowChange } from '../../../clients/core/live-list.ts';
import { resume, type Sink } from '../../../clients/core/resume.ts';
import { webSocket } from '../../../clients/core/web-socket.ts';
import type { TypedDocumentString } from './operations.generated.ts';
import { noteAnswer, serverNow } from './server-clock.ts';
import { createStore } from './store.ts';
import { signInNeeded } from './session.ts';

/** The service that the page comes from. */
export const service = { url: location.origin, onResponse: noteAnswer };

export interface ConnectionState {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Milliseconds since 1970 when this state began, by the server's clock. */
  readonly since: number;
}

/** The one WebSocket of the page, for all subscriptions. */
export const connection = createStore<ConnectionState>({ state: 'connecting', since: serverNow() });

/** The number of subscriptions. With none, the view changes only when it is queried again. */
export const following = createStore(0);

function enter(state: ConnectionState['state']): void {
  if (connection.get().state !== state) connection.set({ state, since: serverNow() });
}

const socket = webSocket(service, {
  // Many views have no subscription.
  lazyCloseTimeout: 30_000,
  on: {
    connected: () => enter('live'),
    closed: (event) => {
      const { code } = event as CloseEvent;
      if (code === 4403) signInNeeded.set(true);
      // The page closes with 1000 when there are no subscriptions, so that is not a loss.
      enter(code === 1000 ? 'connecting' : 'lost');
    },
  },
});

/** Subscribes, and resumes by itself after a connection loss. Returns a function that ends the subscription. */
export function subscribe<Result, Variables extends object>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  sink: Sink<Result>,
): () => void {
  const uncount = countFollowing();
  const end = resume<Result>(
    { subscribe: (operation, to) => socket.subscribe(operation, to) },
    { query: document.toString(), variables: { ...variables } },
    {
      next: (result) => sink.next(result),
      error: (error) => {
        uncount();
        sink.error(error);
      },
    },
  );
  return () => {
    uncount();
    end();
  };
}

/** Follows the changes of a list after a cursor. */
export function subscribeAfter<Result, Row, Variables extends { after?: string | null | undefined }>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  pick: (result: Result) => RowChange<Row>,
): LiveSource<Row>['subscribe'] {
  return (after, sink) =>
    subscribe(
      document,
      { ...variables, after },
      {
        next({ data }) {
          if (data) sink.next(pick(data));
          else sink.error(new LedgerError('RESYNC', 'A change could not be read.'));
        },
        error: (error) => sink.error(error),
      },
    );
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
