import { Agent, request } from 'node:http';

/** The outcome of a load's callbacks. */
export interface LoadResult {
  /** Answered 200: durable, whatever happens next. */
  readonly answered: readonly string[];
  /** Sent but not answered: durable or not. */
  readonly unanswered: readonly string[];
}

/** Differs from the documented one: forwarded callbacks must keep it. */
export const loadContentType = 'application/json; charset=utf-8';

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  /** The next callback's sequence. */
  readonly nextSequence: () => string;
  readonly bodyOf: (sequence: string) => string;
  /** Called at every 200 with the count so far. */
  readonly onAnswered: (count: number) => void;
}

/** Sends callbacks over several connections, one after another on each, until the server stops answering. */
export async function loadUntilGone(options: LoadOptions): Promise<LoadResult> {
  const { url, connections, nextSequence, bodyOf, onAnswered } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const [answered, unanswered]: [string[], string[]] = [[], []];
  const connection = async () => {
    for (;;) {
      const sequence = nextSequence();
      const status = await post(agent, url, bodyOf(sequence));
      if (status === null) {
        unanswered.push(sequence);
        return;
      }
      if (status !== 200) throw new Error(`A callback was answered with ${status}.`);
      answered.push(sequence);
      onAnswered(answered.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, connection));
  } finally {
    agent.destroy();
  }
  return { answered, unanswered };
}

/** The answer's status; null if none came. */
function post(agent: Agent, url: string, body: string): Promise<number | null> {
  return new Promise((resolve) => {
    const sent = request(`${url}/callbacks/css`, {
      agent,
      method: 'POST',
      headers: { 'content-length': Buffer.byteLength(body), 'content-type': loadContentType },
    });
    sent.on('response', (response) => {
      // The status line is the promise; the kill may cut off the body.
      resolve(response.statusCode ?? null);
      response.on('error', () => undefined);
      response.resume();
    });
    sent.on('error', () => {
      resolve(null);
    });
    sent.end(body);
  });
}
