import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { OnRefused, Refusal } from '../../connections/refusals.ts';
import { refusingWith, registerScope } from './refusal-routes.ts';

/**
 * The URLs of the console's views. All serve the same page, which shows the view of its URL. Below `/streams/` come the domain,
 * the path, which may contain slashes, and the name of the stream.
 */
const viewPaths = [
  '/',
  '/search',
  '/sessions/:sequence',
  '/streams/*',
  '/tasks/:taskId',
  '/relays',
  '/endings',
  '/incidents',
  '/incidents/:incidentId',
  '/health',
  '/audit',
  '/set-up',
] as const;

/** GraphiQL has a separate page, because it is larger than all the rest. */
const graphiqlPath = '/graphiql';

const page = 'index.html';

/** Vite names the files in this folder by their content. All others keep their names when they change. */
const hashedFiles = 'assets/';

/** Seconds that a browser may keep a file whose name has a digest of its content: a year, in practice forever. */
const hashedFileCachedForSeconds = 31_536_000;

/**
 * Serves the console: its page for each view, and the files that the page loads, compressed by the build. They are the same for
 * everyone and contain nothing of the ledger, so they need no token. GraphQL, which the page asks, does.
 */
export function consoleRoutes(server: FastifyInstance, folder: string, onRefused: OnRefused): void {
  if (!existsSync(path.join(folder, page))) {
    const refuse = refusingWith(onRefused);
    for (const url of [...viewPaths, graphiqlPath]) {
      server.get(url, (request, reply) => refuse(reply, request, notBuilt));
    }
    return;
  }
  void registerScope(server, 'console', (scope) => {
    // The plugin would add a route for each file, which takes a tenth of a start.
    scope.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, cacheControl: false });
    for (const url of viewPaths) scope.get(url, (_request, reply) => sendPage(reply, page));
    scope.get(graphiqlPath, (_request, reply) => sendPage(reply, 'graphiql.html'));
    const files = filesOf(folder);
    for (const file of files) {
      if (!file.startsWith(hashedFiles)) scope.get(`/${file}`, (_request, reply) => sendFile(reply, file));
    }
    scope.get<{ Params: { '*': string } }>(`/${hashedFiles}*`, ({ params }, reply) => {
      const file = `${hashedFiles}${params['*']}`;
      if (files.has(file)) return sendFile(reply, file);
      reply.callNotFound();
      return reply;
    });
  });
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

/** The files that a URL may name: those of the build, not any that are added later. Pages have separate routes. */
function filesOf(folder: string): ReadonlySet<string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
  return new Set(
    names.map((name) => name.replaceAll(path.sep, '/')).filter((name) => !/\.(br|gz|html|map)$/.test(name)),
  );
}

function sendPage(reply: FastifyReply, file: string): FastifyReply {
  return sendFile(reply.header('content-security-policy', contentPolicy), file);
}

function sendFile(reply: FastifyReply, file: string): FastifyReply {
  return reply.headers(fileHeaders).header('cache-control', cacheControlOf(file)).sendFile(file);
}

function cacheControlOf(file: string): string {
  return file.startsWith(hashedFiles) ? `public, max-age=${hashedFileCachedForSeconds}, immutable` : 'no-cache';
}

/**
 * Limits the pages of the console to this server: scripts and styles from files only, and connections to it, its WebSocket
 * included (CSP 3 lets `'self'` match `ws:` of the same host). No page may frame them.
 */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
