import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { steadyClock, type Clock } from '../../kernel/clock.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { largeAnswerBytesMin, unreadBytesMax, unreadStalledMsMax } from '../../connections/limits.ts';

/** Whom an answer is sent to. */
export interface AnswerClient {
  /** Closes its connection at once. */
  readonly cutOff: () => void;
}

/** A large answer, from when it is made until its client has taken it or is gone. */
export interface UnreadAnswer {
  /** The client took some of it. */
  readonly taken: () => void;
  /** Nothing of it is in memory any more; more than once does no harm. */
  readonly ended: () => void;
}

/** For whoever asks while there is no room. */
export const tooMuchUnread = new LedgerError(
  'QUERIES_OVERLOADED',
  `Clients have yet to read ${unreadBytesMax} bytes of answers, and no more are kept. Send it again after a second, or ask for a smaller page.`,
);

/** Whether an answer of this many bytes is counted. */
export function isLarge(bytes: number): boolean {
  return bytes >= largeAnswerBytesMin;
}

/** The large answers that clients have not taken yet, of all connections; small ones are bounded by the connections. */
export class UnreadAnswers {
  /** In the order in which their clients last took something. */
  private readonly answers = new Map<UnreadAnswer, { readonly client: AnswerClient; tookAtMs: number }>();
  private unreadBytes = 0;

  /** `elapsedMs` measures how long clients take nothing. */
  constructor(private readonly elapsedMs: Clock = steadyClock) {}

  /** Bytes in memory. */
  bytes(): number {
    return this.unreadBytes;
  }

  /**
   * Counts an answer until it has ended. Null if there is no room: then the client that has taken nothing for longest is cut
   * off, so that there will be.
   */
  claim(client: AnswerClient, bytes: number): UnreadAnswer | null {
    if (this.unreadBytes + bytes <= unreadBytesMax) return this.count(client, bytes);
    this.cutOffLongest();
    return null;
  }

  /** Counts an answer that can't be refused any more, such as that of a mutation. */
  count(client: AnswerClient, bytes: number): UnreadAnswer {
    const { answers } = this;
    const kept = { client, tookAtMs: this.elapsedMs() };
    const answer: UnreadAnswer = {
      taken: () => {
        if (!answers.delete(answer)) return;
        kept.tookAtMs = this.elapsedMs();
        answers.set(answer, kept);
      },
      ended: () => {
        if (answers.delete(answer)) this.unreadBytes -= bytes;
      },
    };
    answers.set(answer, kept);
    this.unreadBytes += bytes;
    return answer;
  }

  private cutOffLongest(): void {
    const [longest] = this.answers;
    if (longest === undefined) return;
    const [answer, { client, tookAtMs }] = longest;
    if (this.elapsedMs() - tookAtMs < unreadStalledMsMax) return;
    answer.ended();
    client.cutOff();
  }
}

/** Bytes of an answer that are given to a socket at a time: as many as it buffers before it says that it is full. */
const chunkBytes = 64 * 1024;

/** An answer that notes what its client takes. */
export function readableOf(bytes: Buffer, answer: UnreadAnswer): Readable {
  let at = 0;
  return new Readable({
    highWaterMark: chunkBytes,
    read() {
      answer.taken();
      this.push(at < bytes.length ? bytes.subarray(at, (at += chunkBytes)) : null);
    },
  });
}

/**
 * What to send of a text to a response: the text, or its parts if it is large. Null if there is no room for them, unless it
 * can't be refused.
 */
export function payloadOf(
  text: string,
  response: ServerResponse,
  unread: UnreadAnswers,
  mayRefuse: boolean,
): string | Readable | null {
  if (!isLarge(text.length) || response.destroyed) return text;
  const bytes = Buffer.from(text);
  const client = { cutOff: () => response.destroy() };
  const answer = mayRefuse ? unread.claim(client, bytes.length) : unread.count(client, bytes.length);
  if (answer === null) return null;
  response.once('close', answer.ended);
  return readableOf(bytes, answer);
}
