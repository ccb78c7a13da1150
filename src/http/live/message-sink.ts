import type { LiveMessage, LiveSink } from '../../graphql/live/live-operations.ts';
import { handedBytesMax, type Outlet } from './outlet.ts';

export interface SinkOptions {
  readonly outlet: Outlet;
  /** The bytes of one message as they leave, in parts. */
  readonly partsOf: (message: LiveMessage) => readonly Uint8Array[];
  readonly write: (bytes: Buffer) => void;
  readonly onSent: (messages: number) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Hands messages to a connection, several in one piece. */
export function createMessageSink({ outlet, partsOf, write, onSent, onFailed }: SinkOptions): LiveSink {
  return {
    take(messages, from) {
      if (!outlet.isReady()) return 0;
      const parts: Uint8Array[] = [];
      let bytes = 0;
      let next = from;
      for (; next < messages.length && bytes < handedBytesMax; next += 1) {
        const message = messages[next];
        if (message === undefined) break;
        for (const part of partsOf(message)) {
          parts.push(part);
          bytes += part.byteLength;
        }
      }
      write(Buffer.concat(parts, bytes));
      onSent(next - from);
      return next - from;
    },
    ready: (signal) => outlet.ready(signal),
    failed: onFailed,
  };
}
