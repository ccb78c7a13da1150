import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A status, or what else the receiver does with the request and its answer. */
export type Answer =
  number | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string } | 'DESTROY';

/** A target as a real HTTP server. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** In the order in which they arrived whole. */
  readonly requests: readonly ReceivedRequest[];
  /** Resolves once so many have arrived, or as soon as `isEnough` says so. */
  arrived(isEnough: number | (() => boolean)): Promise<void>;
  close(): Promise<void>;
}

export async function openReceiver(
  answer: (request: ReceivedRequest) => Answer | Promise<Answer> = () => 200,
  port = 0,
): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const waiting = new Set<() => void>();
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const received = { method, path, headers, body: Buffer.concat(chunks) };
      requests.push(received);
      for (const check of [...waiting]) check();
      void Promise.resolve(answer(received)).then((given) => {
        if (given === 'DESTROY') request.socket.destroy();
        else if (typeof given === 'number') response.writeHead(given).end('{"code":0}');
        else response.writeHead(given.status, given.headers).end(given.body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: opened } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${opened}/css`,
    port: opened,
    requests,
    arrived: (isEnough) =>
      new Promise((resolve) => {
        const check = () => {
          if (typeof isEnough === 'number' ? requests.length < isEnough : !isEnough()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
