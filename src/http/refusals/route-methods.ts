import type { FastifyInstance } from 'fastify';

/** Which methods a path is there for, by the routes that are registered from now on. */
export function watchRouteMethods(server: FastifyInstance): (path: string) => readonly string[] {
  const routes = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    routes.set(url, methods);
  });
  return (path) => [...routes].flatMap(([url, methods]) => (fits(url, path) ? [...methods].sort() : []));
}

function fits(url: string, path: string): boolean {
  const [pattern, segments] = [url.split('/'), path.split('/')];
  return (
    pattern.length === segments.length && pattern.every((part, at) => part.startsWith(':') || part === segments[at])
  );
}
