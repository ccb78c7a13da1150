/** A bare node:http server in its own process: it answers callbacks, and stores nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  readonly port: number;
}

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json').end('{"code":0}');
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port } satisfies Listening);
});
