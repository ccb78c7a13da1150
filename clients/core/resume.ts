import { endErrorOf, isPassing, LedgerError, retryMs, unreachable } from './errors.ts';
import type { Operation, Result } from './query.ts';

/** Carries one subscription until its connection ends. A client of graphql-ws is one. */
export interface Transport {
  subscribe(
    operation: { query: string; variables?: Record<string, unknown> | null; operationName?: string | null },
    sink: {
      next(result: Result): void;
      /** With a close event, errors of GraphQL, or an Error. */
      error(reason: unknown): void;
      complete(): void;
      /** Everything up to this cursor has been sent: the subscription resumes after it. */
      passed?(cursor: string): void;
    },
  ): () => void;
}

export interface Sink<Data> {
  next(result: Result<Data>): void;
  /** Called at most once, when the subscription has ended: after RESYNC and CURSOR_INVALID list again. */
  error(error: LedgerError): void;
}

/**
 * Subscribes, and resumes after the last cursor whenever the connection ends, until something is refused for good. Each
 * message is passed on once. Returns a function that ends the subscription.
 */
export function resume<Data>(
  transport: Pick<Transport, 'subscribe'>,
  { query, variables, operationName }: Operation,
  sink: Sink<Data>,
): () => void {
  let { after }: { after?: unknown } = variables ?? {};
  let failures = 0;
  let isEnded = false;
  let unsubscribe: () => void = () => undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const end = () => {
    isEnded = true;
    clearTimeout(waiting);
    unsubscribe();
  };
  const fail = (error: LedgerError) => {
    end();
    sink.error(error);
  };
  const connect = () => {
    // A connection that has ended may report that twice.
    let isOver = false;
    const over = (reason: unknown) => {
      if (isOver || isEnded) return;
      isOver = true;
      unsubscribe();
      const error = endErrorOf(reason);
      if (!isPassing(error)) fail(error);
      else waiting = setTimeout(connect, retryMs(failures++, error));
    };
    const operation = { query, variables: { ...variables, after }, ...(operationName && { operationName }) };
    unsubscribe = transport.subscribe(operation, {
      next(result) {
        if (isOver || isEnded) return;
        if (result.data) {
          const cursor = cursorIn(result.data);
          if (cursor === undefined) {
            fail(notSelected);
            return;
          }
          after = cursor;
          failures = 0;
        }
        sink.next(result as Result<Data>);
      },
      error: over,
      // The service ends no subscription without a reason.
      complete: () => over(new LedgerError(unreachable, 'The subscription has ended.')),
      passed(cursor) {
        if (!isOver) after = cursor;
      },
    });
    // It may have been refused already.
    if (isEnded) unsubscribe();
  };
  if (/\$after\b/.test(query)) connect();
  else queueMicrotask(() => fail(notTaken));
  return end;
}

const notTaken = new LedgerError(
  'GRAPHQL_VALIDATION_FAILED',
  'The subscription can not be resumed: declare `$after: Cursor`, and pass `after: $after` to its field.',
);
const notSelected = new LedgerError(
  'GRAPHQL_VALIDATION_FAILED',
  'The subscription can not be resumed: select `cursor` in its field, without an alias.',
);

/** The cursor of a message: a subscription has one field at its root. */
function cursorIn(data: object): string | undefined {
  const [message] = Object.values(data) as ({ readonly cursor?: string } | null)[];
  return message?.cursor;
}
