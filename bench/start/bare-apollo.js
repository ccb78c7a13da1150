// What bench/start.ts compares with: Fastify with Apollo Server and a schema of one field, as their READMEs start them.
import process from 'node:process';
import { ApolloServer } from '@apollo/server';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import fastify from 'fastify';

const server = fastify();
const apollo = new ApolloServer({
  typeDefs: 'type Query { ready: Boolean! }',
  resolvers: { Query: { ready: () => true } },
  plugins: [fastifyApolloDrainPlugin(server)],
});
await apollo.start();
await server.register(fastifyApollo(apollo));
server.get('/readyz', () => ({ status: 'ready' }));
await server.listen({ port: Number(process.env.PORT) });
