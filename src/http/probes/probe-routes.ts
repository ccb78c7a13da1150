import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Registry } from 'prom-client';
import type { Readiness, ReadinessCheck, StorageStatus } from './readiness.ts';

export interface ProbeOptions {
  /** Null where callbacks are not this node's role. */
  readonly recording: StorageStatus | null;
  readonly hasQueries: boolean;
  readonly readiness: Readiness;
  readonly registry: Registry;
  /** Awaited before the registry is read. */
  readonly refresh: () => Promise<void>;
}

/**
 * What machines ask: `GET /healthz`, `/readyz`, `/readyz/receive`, `/readyz/query`, `/metrics`; of the roles that
 * this node has. Open to everybody who
 * reaches the port, because they hold no secret and nothing of a callback; a bounded, small amount of work each.
 */
export function probeRoutes(server: FastifyInstance, options: ProbeOptions): void {
  const { readiness, recording, hasQueries, registry, refresh } = options;
  const neverStored = (reply: FastifyReply) => reply.header('cache-control', 'no-store');
  const answer = (reply: FastifyReply, checks: readonly ReadinessCheck[], more = {}) => {
    const ready = checks.every(({ ok }) => ok);
    return neverStored(reply)
      .code(ready ? 200 : 503)
      .send({ ready, checks, ...more });
  };
  const spool = () => {
    const figures = recording?.spooled() ?? null;
    if (figures === null) return {};
    const { events, bytes, oldestAgeMs } = figures;
    return { spool: { events, bytes, oldestAgeMs } };
  };
  // The event loop turns, or this would not be answered.
  server.get('/healthz', (_request, reply) => neverStored(reply).send({ alive: true }));
  if (recording !== null) {
    server.get('/readyz/receive', (_request, reply) => answer(reply, readiness.receive(), spool()));
  }
  if (hasQueries) server.get('/readyz/query', async (_request, reply) => answer(reply, await readiness.query()));
  server.get('/readyz', async (_request, reply) => {
    const [connections, ...query] = await readiness.query();
    const receive = recording === null ? [] : readiness.receive().filter(({ name }) => name !== connections?.name);
    return answer(reply, [...(connections ? [connections] : []), ...receive, ...query], spool());
  });
  server.get('/metrics', async (_request, reply) => {
    await refresh();
    return neverStored(reply)
      .header('content-type', registry.contentType)
      .send(await registry.metrics());
  });
}
