import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

// docs/patches.md: how ws writes to its socket.

test('ws writes each message as one whole frame before send returns, so that other frames may be written between', async () => {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });
  const written: Buffer[] = [];
  server.on('upgrade', (request, socket: Socket, head: Buffer) => {
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const write: (chunk: Buffer) => boolean = socket.write.bind(socket);
      socket.write = (chunk: Buffer) => {
        written.push(Buffer.from(chunk));
        return write(chunk);
      };
      const large = 'x'.repeat(70_000);
      const before = written.length;
      ws.send(large);
      expect(written.length).toBeGreaterThan(before);
      expect(socket.writableCorked).toBe(0);
      socket.write(Buffer.concat([Buffer.from([0x81, 3]), Buffer.from('own')]));
      ws.send('after');
      ws.close();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    perMessageDeflate: false,
  });
  const received: string[] = [];
  client.on('message', (data: Buffer) => received.push(data.toString()));
  await once(client, 'close');
  expect(received.map((text) => text.slice(0, 5))).toEqual(['xxxxx', 'own', 'after']);
  expect(received[0]).toHaveLength(70_000);
  // A server masks nothing (RFC 6455, 5.1), and 126 bytes or less have a head of two.
  expect(Buffer.concat(written).subarray(0, 2)).toEqual(Buffer.from([0x81, 127]));
  server.close();
});
