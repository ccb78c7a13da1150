import type { FastifyPluginCallback } from 'fastify';

/**
 * Names a plugin. Without a name, Fastify searches all loaded modules for it, twice at each start of a server. Under jest, whose
 * list of modules is slow to read, that takes longer than the rest of the start.
 */
export function namedPlugin(name: string, plugin: FastifyPluginCallback): FastifyPluginCallback {
  return Object.assign(plugin, { [Symbol.for('fastify.display-name')]: name });
}
