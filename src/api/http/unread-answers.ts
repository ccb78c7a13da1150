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

/** The large answers that clients have not taken yet, of all connections; small ones are bounded by the connections. */
export interface UnreadAnswers {
  /** Bytes in memory. */
  bytes(): number;
  /**
   * Counts an answer until it has ended. Null if there is no room: then the client that has taken nothing for longest is cut
   * off, so that there will be.
   */
  readonly claim: (client: AnswerClient, bytes: number) => UnreadAnswer | null;
  /** Counts an answer that can't be refused any more, such as that of a mutation. */
  readonly count: (client: AnswerClient, bytes: number) => UnreadAnswer;
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

/** No answers yet; `elapsedMs` measures how long clients take nothing. */
export function createUnreadAnswers(elapsedMs: Clock = steadyClock): UnreadAnswers {
  /** In the order in which their clients last took something. */
  const answers = new Map<UnreadAnswer, { readonly client: AnswerClient; readonly bytes: number; tookAtMs: number }>();
  let unreadBytes = 0;

  function count(client: AnswerClient, bytes: number): UnreadAnswer {
    const kept = { client, bytes, tookAtMs: elapsedMs() };
    const answer: UnreadAnswer = {
      taken() {
        if (!answers.delete(answer)) return;
        kept.tookAtMs = elapsedMs();
        answers.set(answer, kept);
      },
      ended() {
        if (answers.delete(answer)) unreadBytes -= bytes;
      },
    };
    answers.set(answer, kept);
    unreadBytes += bytes;
    return answer;
  }

  function cutOffLongest(): void {
    const [longest] = answers;
    if (longest === undefined) return;
    const [answer, { client, tookAtMs }] = longest;
    if (elapsedMs() - tookAtMs < unreadStalledMsMax) return;
    answer.ended();
    client.cutOff();
  }

  return {
    bytes: () => unreadBytes,
    claim(client, bytes) {
      if (unreadBytes + bytes <= unreadBytesMax) return count(client, bytes);
      cutOffLongest();
      return null;
    },
    count,
  };
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

/** What to send of a text to a response: the text, or its parts if it is large. Null if there is no room for them. */
export function payloadOf(
  text: string,
  response: ServerResponse,
  claim: (client: AnswerClient, bytes: number) => UnreadAnswer | null,
): string | Readable | null {
  if (!isLarge(text.length) || response.destroyed) return text;
  const bytes = Buffer.from(text);
  const answer = claim({ cutOff: () => response.destroy() }, bytes.length);
  if (answer === null) return null;
  response.once('close', answer.ended);
  return readableOf(bytes, answer);
}
