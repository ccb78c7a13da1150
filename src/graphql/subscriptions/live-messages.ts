import type { MessagePage, Positioned, ReadMessages } from '../../live/subscriber-group.ts';
import type { TimeSlices } from '../../live/time-slices.ts';
import type { LiveEvent, LiveSource } from './live-source.ts';

/** The message of one change, made once for all subscribers that are sent it. */
export interface LiveMessage extends Positioned {
  readonly cursor: string;
  /** The result of the operation as JSON in UTF-8. */
  readonly json: Buffer;
}

/**
 * Bytes of the messages that are prepared at a time; a single message may be larger. At 1,000 callbacks a second, a batch of
 * the projector has some 20 messages of 1 KB.
 */
const pageBytesMax = 64 * 1024;

/**
 * Executes the operation for each event of a source, and writes each result as JSON. A row that changed again before it was
 * read completely is skipped: its message follows at its new position. So a cursor means the same state on every node.
 */
export function liveMessages(
  source: LiveSource,
  execute: (event: LiveEvent) => Promise<object>,
  timeSlices: TimeSlices,
): ReadMessages<LiveMessage> {
  return async function* (from, signal): AsyncGenerator<MessagePage<LiveMessage>, void> {
    for await (const { events, to, isLast } of source.read(from, signal)) {
      let messages: LiveMessage[] = [];
      let bytes = 0;
      for (const event of events) {
        if (timeSlices.isOver()) await timeSlices.next();
        const result = await execute(event);
        const { at, cursor } = event;
        if (!source.isCurrent(at)) continue;
        const json = Buffer.from(JSON.stringify(result));
        messages.push({ at, cursor, json });
        bytes += json.length;
        if (bytes < pageBytesMax) continue;
        yield { messages, to: at, isLast: false };
        messages = [];
        bytes = 0;
      }
      yield { messages, to, isLast };
    }
  };
}
