import { Pool } from 'undici';

/** Posts JSON to one server over a bounded number of persistent connections. */
export interface HttpClient {
  /**
   * Posts JSON and resolves with the answer once its body is complete.
   * @throws NoAnswer - no answer in time, the connection broke, or the answer is too long to read
   */
  post(path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  /** Closes all connections; requests in flight fail. */
  close(): void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** The server may or may not have received the request. The message names no path, because a path may end in a token. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface HttpClientOptions {
  /** Origin and path prefix of the server. */
  readonly url: URL;
  /** Connections open at a time. */
  readonly connections: number;
  /** Milliseconds for a request and its complete answer. */
  readonly timeoutMs: number;
}

/** Bytes of an answer at most: a page of 500 callbacks or sessions has less than one MiB. */
const answerBytesMax = 64 * 1024 * 1024;

/** Connects on the first request. The caller must call `close()`. */
export function openHttpClient({ url, connections, timeoutMs }: HttpClientOptions): HttpClient {
  const prefix = url.pathname.replace(/\/+$/, '');
  const pool = new Pool(url.origin, {
    connections,
    connect: { timeout: timeoutMs },
    maxResponseSize: answerBytesMax,
    // The signal of each request is the only deadline.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    async post(path, body, headers = {}) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const answer = await pool.request({
          method: 'POST',
          path: `${prefix}${path}`,
          headers: { 'content-type': 'application/json', ...headers },
          body,
          signal,
        });
        return { status: answer.statusCode, text: await answer.body.text() };
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const reason = typeof code === 'string' ? code : 'the connection broke';
        throw new NoAnswer(signal.aborted ? `no answer within ${timeoutMs} ms` : reason, { cause: error });
      }
    },
    close() {
      void pool.destroy();
    },
  };
}
