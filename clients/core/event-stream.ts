import { post, type Endpoint, type Operation, type Result } from './query.ts';
import type { Transport } from './resume.ts';

/** Milliseconds after which a silent connection is dead: heartbeats arrive every 25 seconds. */
const silenceMsMax = 60_000;

/**
 * Server-sent events, read with `fetch`: works in browsers and Node without a package, and sends the token. Each
 * subscription is a request, of which browsers open six to a host by HTTP/1.1: `webSocket` has no such limit.
 */
export function eventStream(endpoint: Endpoint): Transport {
  return {
    subscribe(operation, sink) {
      const reading = new AbortController();
      const take = (event: string, id: string, data: string) => {
        const result = event === 'next' ? (JSON.parse(data) as Result) : null;
        if (id !== '') {
          if (result !== null) sink.next(result);
          sink.passed?.(id);
          // What refuses the subscription, or ends it, has no cursor.
        } else if (result !== null) sink.error(result.errors);
      };
      readEvents(endpoint, operation, reading, take).then(
        () => sink.complete(),
        (error: unknown) => sink.error(error),
      );
      return () => reading.abort();
    },
  };
}

/** Reads to the end of the stream. Heartbeats have an id, but neither event nor data. */
async function readEvents(
  endpoint: Endpoint,
  operation: Operation,
  reading: AbortController,
  take: (event: string, id: string, data: string) => void,
): Promise<void> {
  let late = setTimeout(() => reading.abort(), silenceMsMax);
  try {
    const { signal } = reading;
    const { body } = await post(endpoint, '/graphql/stream', { operation, accept: 'text/event-stream', signal });
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    for (let text = '', read; !(read = await reader.read()).done;) {
      clearTimeout(late);
      late = setTimeout(() => reading.abort(), silenceMsMax);
      const events = (text + decoder.decode(read.value, { stream: true })).split('\n\n');
      text = events.pop() ?? '';
      for (const lines of events) {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(lines)?.[1] ?? '';
        take(field('event'), field('id'), field('data'));
      }
    }
  } finally {
    clearTimeout(late);
  }
}
