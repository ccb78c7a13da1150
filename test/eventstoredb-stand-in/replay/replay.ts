import { expect } from '@jest/globals';
import type { StandIn } from '../server/stand-in.ts';
import {
  callsNobodyAnswered,
  cancelledByClient,
  expectedAnswer,
  expectedTrailers,
  hasWordsOfServer,
  startedAgain,
  stopping,
} from './differences.ts';
import type { Message, RecordedLine, Recording } from './recordings.ts';
import { ReplayedCall } from './replayed-call.ts';
import { requestMessage } from './request-messages.ts';
import type { MessageComparison } from './message-comparison.ts';
import { plain } from './message-comparison.ts';

type CallLine = Extract<RecordedLine, { call: number }>;

/** Sends what a recorded client sent, line by line, and compares each answer with the recorded one. */
export class Replay {
  readonly #standIn: StandIn;
  readonly #comparison: MessageComparison;
  readonly #calls = new Map<number, ReplayedCall>();
  #away = false;

  constructor(standIn: StandIn, comparison: MessageComparison) {
    this.#standIn = standIn;
    this.#comparison = comparison;
  }

  async play({ lines }: Recording): Promise<void> {
    const unanswered = callsNobodyAnswered(lines);
    for (const line of lines) {
      if ('note' in line) await this.#note(line.note);
      else if ('call' in line && !unanswered.has(line.call)) await this.#line(line);
    }
  }

  /** Ends the calls that a failed comparison has left open. */
  close(): void {
    for (const call of this.#calls.values()) call.close();
  }

  async #note(note: string): Promise<void> {
    if (stopping.test(note)) {
      await this.#standIn.kill();
      this.#away = true;
    } else {
      expect(note).toBe(startedAgain);
      await this.#standIn.restart();
      this.#away = false;
    }
  }

  async #line(line: CallLine): Promise<void> {
    if (line.event === 'open') {
      this.#calls.set(line.call, new ReplayedCall(this.#standIn.port, line.method));
      return;
    }
    const call = this.#calls.get(line.call);
    if (!call) return;
    switch (line.event) {
      case 'request':
        if (!this.#away) call.send(requestMessage(line.method, line.message, this.#comparison.position));
        return;
      case 'request-end':
        call.endRequests();
        return;
      case 'response':
        await this.#response(call, line.method, expectedAnswer(line.method, line.message));
        return;
      case 'status':
        await status(call, line);
        return;
      case 'cancelled by client':
        // Answers in flight when a server was killed may or may not arrive.
        if (!this.#away) expect(call.left).toEqual([]);
        call.close();
        this.#calls.delete(line.call);
        return;
      case 'headers':
        return;
    }
  }

  async #response(call: ReplayedCall, method: string, recorded: Message): Promise<void> {
    // Appends of one call may be answered in any order.
    const { correlationId } = recorded;
    const wanted = JSON.stringify(correlationId);
    const answer = await call.answer((one) => JSON.stringify(one['correlationId']) === wanted);
    if (!answer) throw new Error(`${method} ended before ${JSON.stringify(recorded)}`);
    expect(plain(answer)).toEqual(plain(this.#comparison.expected(recorded, answer)));
  }
}

async function status(call: ReplayedCall, recorded: Extract<RecordedLine, { event: 'status' }>): Promise<void> {
  if (recorded.code === cancelledByClient) return;
  const { code, details, metadata } = await call.status();
  expect(code).toBe(recorded.code);
  if (!hasWordsOfServer(recorded)) return;
  expect(details).toBe(recorded.details);
  expect(expectedTrailers(metadata.getMap() as Record<string, string>)).toEqual(expectedTrailers(recorded.trailers));
}
