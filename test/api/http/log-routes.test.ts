import { expect, test } from '@jest/globals';
import fastify from 'fastify';
import { LogReadings, logRoutes, type ServedLog } from '../../../src/api/http/log-routes.ts';
import { WrongTokens } from '../../../src/connections/wrong-tokens.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { silentLogger } from '../../../src/kernel/logger.ts';

const token = 'a-token-of-standbys-0123456789';
const nothing = { logId: 'log', epoch: 1, endPosition: 1n, upTo: 1n, removedBefore: 0, changes: [] };

test('who waits for the next event is answered before a server that stops waits for its connections', async () => {
  const order: string[] = [];
  const server = fastify();
  const waits = new Promise<void>((resolve) => {
    const appended: ServedLog['appended'] = {
      seen: 0,
      after: (_seen, signal) =>
        new Promise((answer) => {
          signal.addEventListener('abort', () => {
            order.push('answered');
            answer();
          });
          resolve();
        }),
    };
    logRoutes(server, {
      access: { tokens: [token] },
      log: { pages: { read: () => nothing, removed: () => [] }, appended },
      admission: {
        addressOf: () => '127.0.0.1',
        wrongTokens: new WrongTokens(systemClock, silentLogger, () => undefined),
        onTokenRefused: () => undefined,
      },
      readings: new LogReadings(() => {
        throw new Error('Nothing is read.');
      }, systemClock),
      onRefused: () => undefined,
    });
  });
  server.addHook('preClose', (closed) => {
    order.push('connections');
    closed();
  });
  const answer = server.inject({ url: '/log?after=1&waitMs=10000', headers: { authorization: `Bearer ${token}` } });
  await waits;
  await server.close();
  expect((await answer).statusCode).toBe(200);
  expect(order).toEqual(['answered', 'connections']);
});
