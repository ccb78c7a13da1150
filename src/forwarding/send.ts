import type { RecordedEvent } from '../event-store/event-store.ts';
import { isTraced, spanNowMs, traceEvent } from '../kernel/spans.ts';
import { restamp } from './restamp.ts';
import { openPoster, type Attempt, type PosterOptions } from './post.ts';
import type { ForwardTarget } from './target.ts';

/** The content type that CSS documents: the log keeps the body, and no header. */
const contentType = 'application/json';

/** What is sent of an event. */
export type ForwardedBody = Pick<RecordedEvent, 'eventId' | 'data'>;

/** Sends to one target, on connections of its own. */
export interface Sender {
  /** One attempt. Never rejects; aborting the signal ends it as a failure. */
  send(forwarded: ForwardedBody, signal: AbortSignal): Promise<Attempt>;
  /** Closes its connections. */
  close(): Promise<void>;
}

/** Opens no connection before it is needed. */
export function openSender(target: ForwardTarget, options: PosterOptions): Sender {
  const { url, signingKey, concurrency } = target;
  const poster = openPoster(concurrency, options);
  return {
    async send({ eventId, data }, signal) {
      const body = signingKey === null ? data : restamp(data, signingKey, options.clock());
      const headers = { ...target.headers, 'content-type': contentType, 'live-ledger-event-id': eventId };
      const startedAtMs = isTraced() ? spanNowMs() : 0;
      const attempt = await poster.post({ url, headers, body }, signal);
      if (isTraced()) {
        const attributes = { 'live_ledger.forward_target': target.name };
        const facts = { name: 'forward', kind: 'CLIENT', hasFailed: attempt.kind !== 'DELIVERED', attributes } as const;
        traceEvent(eventId, facts, { startedAtMs, endedAtMs: spanNowMs() });
      }
      return attempt;
    },
    close: () => poster.close(),
  };
}
