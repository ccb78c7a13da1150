import { randomUUID } from 'node:crypto';
import { request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { formRefusal } from '../connections/refusal.ts';
import { restarting } from './waiting-connections.ts';

/**
 * Passes on other requests that come on a callback connection, for example from a proxy that keeps its connections: over a
 * new connection to the serving process, which begins with a line that names the sender.
 */
export interface PassOn {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
}

/** `path` resolves with the serving process's socket; rejects if there is none for too long. */
export function createPassOn(path: () => Promise<string>): PassOn {
  const open = async ({ socket }: IncomingMessage) => {
    const onward = connect({ path: await path(), allowHalfOpen: true });
    // Users of the connection also see its end; an error without a listener would end the process.
    onward.on('error', () => undefined);
    onward.write(`${socket.remoteAddress ?? ''}\n`);
    return onward;
  };
  const passRequest = async (request: IncomingMessage, response: ServerResponse) => {
    const onward = await open(request);
    const { method, url, rawHeaders } = request;
    const sent = sendRequest({
      createConnection: () => onward,
      method,
      path: url,
      headers: rawHeaders,
      setHost: false,
    });
    sent.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
      pipeline(answer, response, () => onward.destroy());
    });
    await new Promise((resolve, reject) => {
      sent.on('error', reject);
      response.once('close', () => {
        sent.destroy();
        resolve(undefined);
      });
      request.pipe(sent);
    });
  };
  const passUpgrade = async (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const onward = await open(request);
    const { method = '', url = '', rawHeaders } = request;
    const lines = pairsOf(rawHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
    onward.write(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
    onward.write(head);
    pipeline(socket, onward, socket, () => undefined);
  };
  return {
    request: (request, response) =>
      void passRequest(request, response).catch(() => {
        if (response.headersSent) response.destroy();
        else refuse(response);
      }),
    upgrade(request, socket, head) {
      // Node no longer handles errors of this socket.
      socket.on('error', () => undefined);
      void passUpgrade(request, socket, head).catch(() => socket.destroy());
    },
  };
}

function refuse(response: ServerResponse): void {
  const { status, headers, body } = formRefusal(restarting, randomUUID());
  response.writeHead(status, headers).end(body);
}

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2)
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  return pairs;
}

/** Headers that concern a single connection. */
const hopByHop = /^(connection|keep-alive|transfer-encoding)$/i;

function endToEnd(rawHeaders: readonly string[]): string[] {
  return pairsOf(rawHeaders).flatMap(([name, value]) => (hopByHop.test(name) ? [] : [name, value]));
}
