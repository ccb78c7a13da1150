import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createServer, type ServerOptions } from '../../src/api/http/server.ts';
import { createMetrics } from '../../src/observing/metrics.ts';
import { defaultRates } from '../../src/settings/variables.ts';
import { patientLiveBounds } from './live-bounds.ts';
import type { LiveFixture } from './live-ledger-fixture.ts';

/** The HTTP server of the product over a fixture, for queries alone. */
export async function startGraphqlServer(
  live: LiveFixture,
  access: ServerOptions['access'],
): Promise<{ readonly server: FastifyInstance; readonly url: string }> {
  const { fastify: server } = await createServer({
    graphql: () => live.ports,
    onCallback: null,
    access,
    issuer: null,
    log: null,
    logAccess: { tokens: [] },
    trustProxy: [],
    corsOrigins: [],
    rates: defaultRates,
    liveBounds: patientLiveBounds,
    consoleFolder: null,
    metrics: createMetrics(),
    logger: pino({ level: 'silent' }),
  });
  await server.ready();
  await once(server.server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}` };
}
