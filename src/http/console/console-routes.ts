import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { OnRefused } from '../connections/client-errors.ts';
import { namedPlugin } from '../named-plugin.ts';
import { refuse, type Refusal } from '../refusals/refusal.ts';
import { contentPolicy } from './content-policy.ts';

/**
 * The views of the console by their URLs. Each is the same page, which shows the view of its URL; below `/streams/` come the
 * domain, the path, which may have slashes of its own, and the name of the stream.
 */
export const viewPaths = [
  '/',
  '/search',
  '/sessions/:sequence',
  '/streams/*',
  '/tasks/:taskId',
  '/relays',
  '/endings',
  '/health',
  '/set-up',
] as const;

/** GraphiQL: a page of its own, because it is larger than all the rest. */
export const graphiqlPath = '/graphiql';

const page = 'index.html';

/** Seconds that a browser may keep a file whose name has a digest of its content: a year, in practice for ever. */
const hashedFileCachedForSeconds = 31_536_000;

/**
 * The console: its page for each of its views, and the files that the page loads, compressed when they were built. All of them
 * are the same for everyone and hold nothing of the ledger, so they need no token; the page asks GraphQL, which does.
 */
export function consoleRoutes(server: FastifyInstance, folder: string, onRefused: OnRefused): void {
  if (!existsSync(path.join(folder, page))) {
    for (const url of [...viewPaths, graphiqlPath]) {
      server.get(url, (request, reply) => {
        onRefused(notBuilt, request.id);
        return refuse(reply, request, notBuilt);
      });
    }
    return;
  }
  const plugin = namedPlugin('console', (scope, _options, done) => {
    scope.addHook('onRequest', ({ routeOptions }, reply, next) => {
      void reply.headers(fileHeaders);
      void reply.header('cache-control', cacheControlOf(routeOptions.url ?? ''));
      next();
    });
    scope.register(fastifyStatic, {
      root: folder,
      // One route for each file that was built, and none for whatever else a URL may name. Pages have the routes below.
      wildcard: false,
      index: [],
      globIgnore: ['**/*.{br,gz,html,map}'],
      preCompressed: true,
      cacheControl: false,
    });
    for (const url of viewPaths) scope.get(url, (_request, reply) => sendPage(reply, page, contentPolicy));
    scope.get(graphiqlPath, (_request, reply) => sendPage(reply, 'graphiql.html', contentPolicy));
    done();
  });
  server.register(plugin);
}

const fileHeaders = {
  vary: 'accept-encoding',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const notBuilt: Refusal = {
  status: 404,
  error: 'NOT_FOUND',
  message: 'The console has not been built. Run `npm run build`, then start the service again.',
};

function sendPage(reply: FastifyReply, file: string, policy: string): FastifyReply {
  return reply.header('content-security-policy', policy).sendFile(file);
}

/** Vite names the files in `assets/` by their content. Everything else keeps its name when it changes. */
function cacheControlOf(url: string): string {
  return url.startsWith('/assets/') ? `public, max-age=${hashedFileCachedForSeconds}, immutable` : 'no-cache';
}
