import { nobody } from '../../../src/log/author.ts';
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import type { LiveSink } from '../../../src/api/subscriptions/live-groups.ts';
import { serveEventStream } from '../../../src/api/subscriptions/event-stream.ts';
import { LiveConnections, liveBounds, observeLive } from '../../../src/api/subscriptions/live-connections.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { defaultRates } from '../../../src/settings/variables.ts';
import { RateAccount } from '../../../src/api/access/rates.ts';

test('an event stream whose reading failed ends for a client that does not read either', async () => {
  const bounds = { ...liveBounds, closeWaitMsMax: 10 };
  const connections = new LiveConnections(bounds, { mode: 'open' });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.pause();
  client.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  let sink: LiveSink | null = null;
  const account = new RateAccount(defaultRates, systemClock);
  const ready = {
    kind: 'SUBSCRIPTION',
    start(given: LiveSink) {
      sink = given;
      return { cursor: () => 'c', leave: () => undefined };
    },
  } as const;
  serveEventStream(response, ready, {
    caller: {
      role: 'viewer',
      scope: null,
      name: null,
      identity: null,
      client: '',
      account,
      expiresAtMs: null,
      author: nobody,
    },
    connections,
    bounds,
    live: observeLive(new Registry()),
    formatFailure: () => [{ message: 'failed' }],
  });
  const of = sink as unknown as LiveSink;
  const at = { position: 1n, ordinal: 0 };
  // More than the buffers of the system between the two sides.
  of.take([{ at, cursor: 'c', json: Buffer.alloc(64 * 1024 * 1024, 'x'), secretFields: [] }], 0);
  expect(connections.open()).toBe(1);
  const closed = once(response, 'close');
  of.failed(new Error('broken'));
  await closed;
  expect(connections.open()).toBe(0);
  client.destroy();
  await connections.stop();
  server.close();
});
