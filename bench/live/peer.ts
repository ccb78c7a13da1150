/**
 * Servers to compare the product with, in their own process: `graphql-ws` alone, which executes the operation for each subscriber, and
 * `raw`, which sends the same bytes to all. They accept callbacks as the product does but store nothing.
 */
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { writeLogCursor } from '../../src/live/log-cursor.ts';
import { schemaOfSubscription } from './operation.ts';

export type PeerKind = 'graphql-ws' | 'raw';

const [kind] = process.argv.slice(2) as [PeerKind];
const logId = '00000000-0000-4000-8000-000000000000';
const messageId = '00000000-0000-4000-8000-000000000001';
let position = 0n;

/** The message for a callback, as long as the product's. */
function messageOf(body: string) {
  const { appid, appId, event_type, event_time, ...rest } = JSON.parse(body) as Record<string, unknown>;
  position += 1n;
  const callback = {
    position: String(position),
    appId: String(appid ?? appId),
    eventType: event_type,
    callbackEvent: null,
    occurredAt: new Date(Number(event_time) * 1_000).toISOString(),
    receivedAt: new Date().toISOString(),
    signature: 'NOT_CHECKED',
    deliveries: 1,
    streamSession: {
      sequence: String(rest['sequence']),
      domain: rest['app'],
      path: rest['appname'],
      streamId: rest['stream_id'],
      state: event_type === 1 ? 'LIVE' : 'ENDED',
    },
  };
  const cursor = writeLogCursor({ logId, epoch: 1, position, ordinal: null, projectionVersion: null, event: null });
  return { callbackRecorded: { cursor, callback } };
}
type Message = ReturnType<typeof messageOf>;

const sockets = new WebSocketServer({ noServer: true });
const publish = kind === 'raw' ? publishBytes() : publishByGraphql();

function publishBytes(): (message: Message) => void {
  sockets.on('connection', (socket) => {
    socket.on('message', (message: Buffer) => {
      const { type, id } = JSON.parse(message.toString()) as { type: string; id?: string };
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (id !== 'begun') return;
      socket.send('{"id":"begun","type":"next","payload":{}}');
      socket.send('{"id":"begun","type":"complete"}');
    });
  });
  return (message) => {
    const bytes = Buffer.from(JSON.stringify({ id: messageId, type: 'next', payload: { data: message } }));
    for (const socket of sockets.clients) socket.send(bytes, { binary: false });
  };
}

function publishByGraphql(): (message: Message) => void {
  const subscribers = new Set<(message: Message) => void>();
  const schema = buildSchema(schemaOfSubscription);
  const fields = schema.getSubscriptionType()?.getFields() ?? {};
  Object.assign(fields['callbackRecorded'] ?? {}, { subscribe: () => listen(subscribers) });
  useServer({ schema }, sockets);
  return (message) => {
    for (const take of subscribers) take(message);
  };
}

/** The messages published from now on, one after another. */
function listen(subscribers: Set<(message: Message) => void>): AsyncIterableIterator<Message, void> {
  const waiting: Message[] = [];
  let wake: ((message: Message) => void) | null = null;
  const take = (message: Message) => {
    if (wake === null) waiting.push(message);
    else wake(message);
    wake = null;
  };
  subscribers.add(take);
  const iterator: AsyncIterableIterator<Message, void> = {
    next: () =>
      new Promise((resolve) => {
        const first = waiting.shift();
        if (first === undefined)
          wake = (value) => {
            resolve({ done: false, value });
          };
        else resolve({ done: false, value: first });
      }),
    return: () => {
      subscribers.delete(take);
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json').end('{"code":0}');
    publish(messageOf(body));
  });
});
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
});
server.listen(0, '127.0.0.1', 4_096, () => process.send?.({ port: (server.address() as AddressInfo).port }));
