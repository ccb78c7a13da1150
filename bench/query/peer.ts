/**
 * A GraphQL server to compare the product with, in its own process: it has the same schema and answers from memory. Its rows are the
 * product's answers, so every scalar already has the form in which it is sent. It accepts callbacks as the product does but stores nothing.
 */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import fastify, { type FastifyInstance, type FastifyPluginCallback } from 'fastify';
import { buildSchema, type GraphQLSchema } from 'graphql';
import type { PeerKind, Rows } from './peers.ts';

// Uses `require`: importing Yoga's types would change those of GraphQL's errors in the whole program.
const load = createRequire(import.meta.url);
const mercurius = load('mercurius') as FastifyPluginCallback<{ schema: GraphQLSchema; jit?: 1 }>;
const { createYoga } = load('graphql-yoga') as { createYoga: (options: object) => RequestListener };

type Args = Readonly<Record<string, unknown>>;

function schemaOf({ sessions, tasks }: Rows): GraphQLSchema {
  const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
  const bySequence = new Map(sessions.map((session) => [session.sequence, session]));
  const page = (nodes: readonly object[]) => (_root: unknown, args: Args) => ({
    nodes: nodes.slice(0, Number(args['first'])),
  });
  const resolvers = {
    streamSession: (_root: unknown, { sequence }: Args) => bySequence.get(String(sequence)) ?? null,
    streamSessions: page(sessions),
    relayTasks: page(tasks),
    forwardTargets: () => [],
  };
  const fields = schema.getQueryType()?.getFields() ?? {};
  for (const [name, resolve] of Object.entries(resolvers)) Object.assign(fields[name] ?? {}, { resolve });
  return schema;
}

const acknowledged = '{"code":0}';

async function listen(kind: PeerKind, schema: GraphQLSchema): Promise<number> {
  if (kind === 'yoga') return listenWithYoga(schema);
  const server = fastify();
  // Callbacks are sent without a content type.
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, JSON.parse(String(body)));
  });
  server.post('/callbacks/css', (_request, reply) => reply.type('application/json').send(acknowledged));
  if (kind === 'apollo') await addApollo(server, schema);
  else await server.register(mercurius, { schema, ...(kind === 'mercurius-jit' && { jit: 1 }) });
  await server.listen({ port: 0, host: '127.0.0.1' });
  return (server.server.address() as AddressInfo).port;
}

async function addApollo(server: FastifyInstance, schema: GraphQLSchema): Promise<void> {
  const apollo = new ApolloServer({ schema, csrfPrevention: false });
  await apollo.start();
  server.route({ url: '/graphql', method: 'POST', handler: fastifyApolloHandler(apollo) });
}

function listenWithYoga(schema: GraphQLSchema): Promise<number> {
  const yoga = createYoga({ schema, logging: false, graphiql: false });
  const server = createServer((request, response) => {
    if (request.url === '/graphql') {
      yoga(request, response);
      return;
    }
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      JSON.parse(body);
      response.setHeader('content-type', 'application/json').end(acknowledged);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const [kind] = process.argv.slice(2) as [PeerKind];
process.once('message', (rows: Rows) => {
  void listen(kind, schemaOf(rows)).then((port) => process.send?.({ port }));
});
