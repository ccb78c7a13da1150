import { Agent, request } from 'node:http';

/** What became of the callbacks of a load. */
export interface LoadResult {
  /** Answered 200: these are durable, whatever happens next. */
  readonly answered: readonly string[];
  /** Sent without an answer: these may be durable or not. */
  readonly unanswered: readonly string[];
}

/** Not the documented one: what is forwarded must have it. */
export const loadContentType = 'application/json; charset=utf-8';

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  /** The next callback's sequence. */
  readonly nextSequence: () => string;
  readonly bodyOf: (sequence: string) => string;
  /** Called at every 200 with the number of them. */
  readonly onAnswered: (count: number) => void;
}

/** Sends callbacks over several connections, one after another on each, until the server does not answer any more. */
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

/** The status of the answer; null where none came. */
function post(agent: Agent, url: string, body: string): Promise<number | null> {
  return new Promise((resolve) => {
    const sent = request(`${url}/callbacks/css`, {
      agent,
      method: 'POST',
      headers: { 'content-length': Buffer.byteLength(body), 'content-type': loadContentType },
    });
    sent.on('response', (response) => {
      // The status line is the promise; the body may be cut off by the kill.
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
