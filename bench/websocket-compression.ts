/**
 * What would permessage-deflate save and cost? Sends the same messages of a subscription to many WebSockets of ws, as they are, deflated with
 * the window of each connection, and deflated without one.
 * Run: npm run bench:websocket-compression (--rounds N, --sockets N and --messages N make it shorter).
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { WebSocket, WebSocketServer, type PerMessageDeflateOptions } from 'ws';
import { benchFlags } from './bench-flags.ts';
import { summarise } from './measure.ts';
import { line, spread } from './table.ts';

const flags = benchFlags({
  rounds: { type: 'string', default: '3' },
  sockets: { type: 'string', default: '200' },
  messages: { type: 'string', default: '200' },
  // Of its own clients.
  port: { type: 'string' },
});
const [rounds, sockets, messages] = [flags.rounds, flags.sockets, flags.messages].map(Number) as [
  number,
  number,
  number,
];

const ways: Readonly<Record<string, PerMessageDeflateOptions | false>> = {
  'as they are': false,
  'deflated, a window each': { threshold: 0 },
  'deflated, no window': { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
};

/** A change of a session as the console asks for it; names, times and numbers differ from message to message. */
function messageOf(number: number): string {
  const at = new Date(1_764_000_000_000 + 1_000 * number).toISOString();
  const streamSession = {
    id: Buffer.from(`StreamSession:${1_000_000 + number * 7_919}`).toString('base64url'),
    sequence: String(6_674_468_118_806_626_493n + BigInt(number * 104_729)),
    domain: 'push.example.com',
    path: 'live',
    streamId: `camera-${number % 97}`,
    state: number % 3 === 0 ? 'ENDED' : 'LIVE',
    startedAt: at,
    endedAt: number % 3 === 0 ? at : null,
    endCode: number % 3 === 0 ? number % 40 : null,
    userIp: `203.0.113.${number % 250}`,
  };
  const cursor = Buffer.from(`1:${number * 31_337}:${number % 3}`).toString('base64url');
  return JSON.stringify({
    id: '1',
    type: 'next',
    payload: { data: { streamSessionChanged: { cursor, streamSession } } },
  });
}

interface Measured {
  readonly cpuUs: number;
  readonly bytes: number;
}

async function measure(perMessageDeflate: PerMessageDeflateOptions | false): Promise<Measured> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
  await once(server, 'listening');
  const clients = fork(fileURLToPath(import.meta.url), [
    '--sockets',
    flags.sockets,
    '--port',
    String((server.address() as AddressInfo).port),
  ]);
  while (server.clients.size < sockets) await once(server, 'connection');
  const before = process.cpuUsage();
  const wires = [...server.clients].map((client) => (client as unknown as { readonly _socket: Socket })._socket);
  const bytesBefore = wires.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  for (let number = 0; number < messages; number += 1) {
    const text = messageOf(number);
    const sent = [...server.clients].map((client) => new Promise((resolve) => client.send(text, resolve)));
    await Promise.all(sent);
  }
  const { user, system } = process.cpuUsage(before);
  const bytes = wires.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0) - bytesBefore;
  clients.kill('SIGKILL');
  await once(clients, 'exit');
  server.close();
  const sent = sockets * messages;
  return { cpuUs: (user + system) / sent, bytes: bytes / sent };
}

function runClients(port: string): void {
  for (let count = 0; count < sockets; count += 1) {
    new WebSocket(`ws://127.0.0.1:${port}`).on('message', () => undefined);
  }
}

if (flags.port !== undefined) runClients(flags.port);
else {
  const measured = Object.keys(ways).map((name) => ({ name, of: [] as Measured[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, of } of measured) of.push(await measure(ways[name] ?? false));
  }
  const widths = [-26, 24, 20, 8] as const;
  const row = (...cells: readonly [string, string, string, string]) =>
    line(...cells.map((cell, index) => [cell, widths[index] ?? 0] as const));
  row(`${sockets} sockets`, 'CPU µs a message', 'bytes', 'CPU');
  const plain = summarise(measured[0]?.of.map(({ cpuUs }) => cpuUs) ?? []).median;
  for (const { name, of } of measured) {
    const cpu = of.map(({ cpuUs }) => cpuUs);
    row(name, spread(cpu), spread(of.map(({ bytes }) => bytes)), (summarise(cpu).median / plain).toFixed(1));
  }
}
