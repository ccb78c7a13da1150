import type { FastifyInstance, FastifyReply } from 'fastify';
import { Registry, register as processRegistry } from 'prom-client';
import type { Readiness, ReadinessCheck, StorageStatus } from './readiness.ts';

export interface ProbeOptions {
  /** Null if callbacks are not this node's role. */
  readonly recording: StorageStatus | null;
  readonly hasQueries: boolean;
  readonly readiness: Readiness;
  readonly registry: Registry;
}

/** Serves the probes of the node's roles, and `/metrics`, without a token: they reveal nothing of a callback, and cost little. */
export function probeRoutes(server: FastifyInstance, options: ProbeOptions): void {
  const { readiness, recording, hasQueries, registry } = options;
  const uncached = (reply: FastifyReply) => reply.header('cache-control', 'no-store');
  const answer = (reply: FastifyReply, checks: readonly ReadinessCheck[], more = {}) => {
    const ready = checks.every(({ ok }) => ok);
    return uncached(reply)
      .code(ready ? 200 : 503)
      .send({ ready, checks, ...more });
  };
  const spool = () => {
    const figures = recording?.spooled() ?? null;
    if (figures === null) return {};
    const { events, bytes, oldestAgeMs } = figures;
    return { spool: { events, bytes, oldestAgeMs } };
  };
  // Any answer proves that the event loop runs.
  server.get('/healthz', (_request, reply) => uncached(reply).send({ alive: true }));
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
    const all = Registry.merge([registry, processRegistry]);
    return uncached(reply)
      .header('content-type', all.contentType)
      .send(await all.metrics());
  });
}
