import { request, type Agent } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/** CSS waits this long for an answer, in milliseconds. */
export const answerWithinMs = 20_000;

export interface Post {
  readonly port: number;
  readonly body: string | Buffer;
  /** Keeps its connections; without one, the connection is new and closed after the answer. */
  readonly agent?: Agent;
  readonly path?: string;
  readonly localAddress?: string;
}

export interface Posted {
  /** Null if no answer came. */
  readonly status: number | null;
  readonly ms: number;
}

/** Posts a callback; the time includes that of connecting. */
export function post({ port, body, agent, path = '/callbacks/css', localAddress }: Post): Promise<Posted> {
  const begunMs = performance.now();
  return new Promise((resolve) => {
    const end = (status: number | null) => {
      resolve({ status, ms: performance.now() - begunMs });
    };
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      agent: agent ?? false,
      signal: AbortSignal.timeout(answerWithinMs),
      ...(localAddress !== undefined && { localAddress }),
    });
    sent.on('error', () => {
      end(null);
    });
    sent.on('response', (response) => {
      response.resume();
      response.on('close', () => {
        end(response.complete ? (response.statusCode ?? null) : null);
      });
    });
    sent.end(body);
  });
}

/** Counts of answers by status. */
export interface Tally {
  add(status: number | string | null): void;
  toString(): string;
}

export function createTally(): Tally {
  const counts = new Map<string, number>();
  return {
    add(status) {
      const name = String(status ?? 'no answer');
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    toString() {
      const parts = [...counts].sort().map(([name, count]) => `${count} × ${name}`);
      return parts.length === 0 ? 'none' : parts.join(', ');
    },
  };
}

/** Milliseconds between two checks of what is due. */
const pacedEveryMs = 5;

/** Acts at this rate until the signal aborts, at once for what is overdue; resolves once all that it began has ended. */
export async function paced(perSecond: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  const begunMs = performance.now();
  const begun: Promise<void>[] = [];
  while (!signal.aborted) {
    const due = ((performance.now() - begunMs) * perSecond) / 1_000;
    while (begun.length < due) begun.push(act());
    await pause(pacedEveryMs);
  }
  await Promise.all(begun);
}

/** Acts again and again, so many times at once, until the signal aborts. */
export async function repeated(atOnce: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  const repeat = async () => {
    while (!signal.aborted) await act();
  };
  await Promise.all(Array.from({ length: atOnce }, repeat));
}
