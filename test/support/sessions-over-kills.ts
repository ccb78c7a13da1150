import { expect } from '@jest/globals';
import { projectionCaughtUp } from './ask-ledger.ts';
import { interruptionBody, pushBody } from './callback-bodies.ts';
import { loadUntilGone } from './callback-load.ts';
import type { ConsoleServer } from './console-server.ts';

export interface ListedSession {
  readonly sequence: string;
  readonly streamId: string;
  readonly startedAt: string;
}

/** Sessions that begin, end and supersede each other, on a service that is killed. */
export interface SessionsOverKills {
  /** Sends so many more callbacks, one after another. */
  send(count: number): Promise<void>;
  /** Sends callbacks until the service, killed after so many answers, is gone; then starts it again. */
  killUnderLoad(answeredBefore: number): Promise<void>;
  /** The live sessions, as asked for now. */
  listed(): Promise<readonly ListedSession[]>;
}

/** Two of three begin a push on one of ten streams, the third ends the push before it. */
function bodyOf(sequence: string): string {
  const number = Number(sequence);
  const isEnd = number % 3 === 0;
  const pushed = isEnd ? number - 2 : number;
  const stream = `stream-${pushed % 10}`;
  const named = {
    sequence: String(10_000 + pushed),
    stream_id: stream,
    channel_id: stream,
    event_time: 1_800_000_000 + number,
  };
  return JSON.stringify(isEnd ? interruptionBody(named) : pushBody(named));
}

export function sessionsOverKills(server: ConsoleServer): SessionsOverKills {
  let sent = 0;
  const nextSequence = () => String((sent += 1));
  return {
    async send(count) {
      for (let left = count; left > 0; left -= 1) {
        const answer = await fetch(`${server.url}/callbacks/css`, { method: 'POST', body: bodyOf(nextSequence()) });
        expect(answer.status).toBe(200);
      }
    },
    async killUnderLoad(answeredBefore) {
      let killed: Promise<void> = Promise.resolve();
      await loadUntilGone({
        url: server.url,
        connections: 2,
        nextSequence,
        bodyOf,
        onAnswered: (count) => {
          if (count === answeredBefore) killed = server.kill();
        },
      });
      await killed;
      await server.start();
    },
    async listed() {
      await projectionCaughtUp(server.url);
      const { streamSessions } = await server.ask<{ streamSessions: { nodes: ListedSession[] } }>(
        '{ streamSessions(filter: { state: { eq: LIVE } }, first: 500) { nodes { sequence streamId startedAt } } }',
      );
      return streamSessions.nodes;
    },
  };
}
