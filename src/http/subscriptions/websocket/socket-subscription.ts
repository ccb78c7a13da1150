import type { Subscriber, LiveSink, ReadySubscription } from '../../../graphql/subscriptions/live-operations.ts';

/**
 * A subscription as graphql-ws holds it: results that never come, because the sink writes the messages itself, until it is
 * over.
 */
export interface RunningSubscription extends AsyncIterableIterator<never, void> {
  return(): Promise<IteratorResult<never, void>>;
  /** The cursor it has come to. */
  cursor(): string;
}

/** Begins to send. Ends where the client completes it, and throws where following fails. */
export function runSubscription(
  ready: ReadySubscription,
  openSink: (onFailed: (error: unknown) => void) => LiveSink,
): RunningSubscription {
  let end: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const over = new Promise<IteratorResult<never, void>>((resolve, reject) => {
    end = () => {
      resolve({ done: true, value: undefined });
    };
    fail = reject;
  });
  // Whoever iterates hears of it; where nobody does any more, nobody needs to.
  over.catch(() => undefined);
  const subscriber: Subscriber = ready.start(
    openSink((error) => {
      fail(error instanceof Error ? error : new Error(typeof error));
    }),
  );
  const running: RunningSubscription = {
    next: () => over,
    return: () => {
      subscriber.leave();
      end();
      return over;
    },
    [Symbol.asyncIterator]: () => running,
    cursor: () => ready.cursorAt(subscriber.position()),
  };
  return running;
}
