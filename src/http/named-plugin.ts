import type { FastifyPluginCallback } from 'fastify';

/**
 * The same plugin with a name. Without one, Fastify looks for it among all modules that are loaded, twice: at each start of a
 * server, and under jest, whose list of modules is slow to read, for longer than the rest of the start.
 */
export function namedPlugin(name: string, plugin: FastifyPluginCallback): FastifyPluginCallback {
  return Object.assign(plugin, { [Symbol.for('fastify.display-name')]: name });
}
