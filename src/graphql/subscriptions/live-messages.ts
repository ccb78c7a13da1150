import type { ReadMessages, MessagePage, Positioned } from '../../live/subscriber-group.ts';
import type { TimeSlices } from '../../live/time-slices.ts';
import type { LiveEvent, LiveSource } from './live-source.ts';

/** What is sent of one change: made once for all who are sent it. */
export interface LiveMessage extends Positioned {
  readonly cursor: string;
  /** The result of the operation as JSON in UTF-8. */
  readonly json: Buffer;
}

/**
 * Bytes of the messages that are made ready at a time; one message alone may have more. A batch of the projector at 1,000
 * callbacks a second has some 20 messages of 1 KB.
 */
export const pageBytesMax = 64 * 1024;

/**
 * Executes the operation for each event of a source, and writes each result as JSON. What changed again before all of it was
 * read is left out: it is told at its new place, and a cursor stands for one state, on every node.
 */
export function liveMessages(
  source: LiveSource,
  execute: (event: LiveEvent) => Promise<object>,
  turns: TimeSlices,
): ReadMessages<LiveMessage> {
  return async function* (from, signal): AsyncGenerator<MessagePage<LiveMessage>, void> {
    for await (const { messages: events, to, isLast } of source.follow(from, signal)) {
      let messages: LiveMessage[] = [];
      let bytes = 0;
      for (const event of events) {
        if (turns.isOver()) await turns.next();
        const result = await execute(event);
        if (!source.isStateAt(event.place)) continue;
        const json = Buffer.from(JSON.stringify(result));
        messages.push({ at: event.place, cursor: event.cursor, json });
        bytes += json.length;
        if (bytes < pageBytesMax) continue;
        yield { messages, to: event.place, isLast: false };
        messages = [];
        bytes = 0;
      }
      yield { messages, to, isLast };
    }
  };
}
