import { createHash } from 'node:crypto';
import { Agent, createServer, request as open, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy between the simulation and the nodes that knows by itself which callbacks were answered with 200. */
export interface Gateway {
  readonly url: string;
  /** How many callbacks were answered with 200, by the SHA-256 of their body. */
  readonly accepted: ReadonlyMap<string, number>;
  readonly acceptedTotal: () => number;
  close(): void;
}

/**
 * Passes callbacks on to the nodes in turn, and all else to the first of them. Where a node breaks the connection, so does the
 * gateway: nobody knows what was recorded.
 */
export async function openGateway(ports: readonly number[]): Promise<Gateway> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const accepted = new Map<string, number>();
  let [next, total] = [0, 0];

  const passOn = (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const { method, url: path = '/', headers } = request;
    const isCallback = path.startsWith('/callbacks/css');
    const port = isCallback ? ports[next++ % ports.length] : ports[0];
    const passed = open({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
      if (isCallback && answer.statusCode === 200) {
        const digest = createHash('sha256').update(body).digest('hex');
        accepted.set(digest, (accepted.get(digest) ?? 0) + 1);
        total += 1;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => request.socket.destroy());
      answer.pipe(response);
    });
    passed.on('error', () => request.socket.destroy());
    passed.end(body);
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => passOn(request, response, Buffer.concat(chunks)));
  });
  // As the product does, and for longer: a check of many sessions computes for a while between two requests.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    accepted,
    acceptedTotal: () => total,
    close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}
