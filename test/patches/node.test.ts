import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, Server as NetServer, type AddressInfo, type Socket } from 'node:net';

// docs/patches.md: what Node has inside.

async function listen(server: Server): Promise<Socket> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

test('a socket has the answer that it is sending as _httpMessage, with _headerSent', async () => {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    const inside = request.socket as unknown as { _httpMessage: { _headerSent: boolean } | null };
    seen.push(inside._httpMessage === (response as unknown), inside._httpMessage?._headerSent);
    response.flushHeaders();
    seen.push(inside._httpMessage?._headerSent);
    response.end();
  });
  const socket = await listen(server);
  socket.write('GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n');
  socket.resume();
  await once(socket, 'close');
  expect(seen).toEqual([true, false, true]);
  server.close();
});

test('close of net.Server stops an HTTP server listening, and leaves its idle connections open', async () => {
  const server = createServer((_request, response) => response.end('answered'));
  const socket = await listen(server);
  const ask = async () => {
    socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  };
  expect(await ask()).toContain('answered');
  const { port } = server.address() as AddressInfo;
  NetServer.prototype.close.call(server);
  expect(server.listening).toBe(false);
  expect(await ask()).toContain('answered');
  const [refused] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
  expect(refused.code).toBe('ECONNREFUSED');
  socket.destroy();
  await once(server, 'close');
});
