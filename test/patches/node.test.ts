import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createNetServer, Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import { closeUnacknowledged } from '../../src/connections/pass-connections.ts';

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

test('a server with httpAllowHalfOpen answers a request whose sender has ended its side, and ends the connection', async () => {
  const server = createServer((request, response) => {
    request.resume();
    // Not before the end of the other side was read.
    request.socket.once('end', () => setImmediate(() => response.end('answered')));
  });
  Object.assign(server, { httpAllowHalfOpen: true });
  const socket = await listen(server);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.end('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}');
  await once(socket, 'close');
  server.close();
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*answered/);
});

test('after readStop of its handle a connection is not read, and the process that it is sent to reads what came', async () => {
  const echo = `process.on('message', (head, socket) => {
    let text = head;
    socket.on('data', (more) => (text += more).endsWith('.') && socket.end(text));
  })`;
  const child = spawn(process.execPath, ['--eval', echo], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const server = createNetServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  const first = new Promise<string>((resolve) => {
    accepted.once('data', (chunk) => {
      (accepted as unknown as { _handle: { readStop(): void } })._handle.readStop();
      resolve(chunk.toString());
    });
  });
  socket.write('before, ');
  const head = await first;
  await new Promise((resolve) => socket.write('meanwhile, ', resolve));
  child.send(head, accepted);
  socket.write('after.');
  const [echoed] = (await once(socket, 'data')) as [Buffer];
  expect(echoed.toString()).toBe('before, meanwhile, after.');
  socket.destroy();
  server.close();
  child.kill();
  await once(child, 'close');
});

test('a connection sent to a process that is killed before it acknowledges it is the pending message; closing it ends the connection', async () => {
  const child = spawn(process.execPath, ['--eval', "process.on('message', () => undefined)"], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'spawn');
  child.kill('SIGSTOP');
  const server = createNetServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  socket.write('asked');
  const ended = new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
  await new Promise((resolve) => child.send('connection', accepted, {}, resolve));
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  // By now Node has seen the end of the channel, and has not closed it.
  await new Promise((resolve) => setImmediate(resolve));
  expect(child).toMatchObject({ connected: false, _pendingMessage: { handle: expect.anything() } });
  closeUnacknowledged(child);
  await ended;
  server.close();
});

test('a server that does not listen ends a request that takes too long, once it has had the event listening', async () => {
  const server = createServer({ headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 });
  const front = createNetServer((socket) => server.emit('connection', socket)).listen(0, '127.0.0.1');
  await once(front, 'listening');
  server.emit('listening');
  const socket = connect((front.address() as AddressInfo).port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\n');
  const [error, late] = (await once(server, 'clientError')) as [NodeJS.ErrnoException, Socket];
  expect(error.code).toBe('ERR_HTTP_REQUEST_TIMEOUT');
  late.destroy();
  socket.destroy();
  server.close();
  front.close();
});
