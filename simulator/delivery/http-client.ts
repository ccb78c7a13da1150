import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpClient {
  /**
   * Posts JSON and resolves with what was answered, once all of it is there.
   * @throws NoAnswer - none came in time, the connection broke, or the answer is longer than can be read
   */
  post(path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  /** Closes all connections. */
  close(): void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** No answer: whatever was sent may have arrived or not. Its message names no path, which may hold a token. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface HttpClientOptions {
  readonly url: URL;
  /** Connections at a time; they are kept open. */
  readonly connections: number;
  /** Milliseconds for a request and its whole answer. */
  readonly timeoutMs: number;
}

/** Bytes of an answer: a page of 500 callbacks or sessions has less than one MiB. */
const answerBytesMax = 64 * 1024 * 1024;

export function createHttpClient({ url, connections, timeoutMs }: HttpClientOptions): HttpClient {
  const isHttps = url.protocol === 'https:';
  const agent = new (isHttps ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: connections });
  const base = url.href.replace(/\/+$/, '');

  return {
    post: (path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const sent = (isHttps ? httpsRequest : httpRequest)(`${base}${path}`, {
          agent,
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
        });
        const timer = setTimeout(() => {
          sent.destroy(new NoAnswer(`no answer within ${timeoutMs} ms`));
        }, timeoutMs);
        const fail = (error: unknown) => {
          clearTimeout(timer);
          reject(error instanceof NoAnswer ? error : new NoAnswer(reasonOf(error)));
        };
        sent.on('error', fail);
        sent.on('response', (response) => {
          textOf(response).then((text) => {
            clearTimeout(timer);
            resolve({ status: response.statusCode ?? 0, text });
          }, fail);
        });
        sent.end(body);
      }),
    close() {
      agent.destroy();
    },
  };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new NoAnswer(`an answer of more than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? 'the connection broke';
}
