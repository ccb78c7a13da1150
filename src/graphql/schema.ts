import 'reflect-metadata';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { CallbackRecordResolver } from './resolvers/callback-record-resolver.ts';
import { NodeResolver } from './resolvers/node-resolver.ts';
import { ProjectionResolver } from './resolvers/projection-resolver.ts';
import { QuarantineDecisionResolver } from './resolvers/quarantine-decision-resolver.ts';
import { QuarantineResolver } from './resolvers/quarantine-resolver.ts';
import { RelayFileResolver, RelayRunResolver, RelayTaskResolver } from './resolvers/relay-task-resolver.ts';
import { StreamSessionResolver } from './resolvers/stream-session-resolver.ts';

export function buildLedgerSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      StreamSessionResolver,
      RelayTaskResolver,
      RelayRunResolver,
      RelayFileResolver,
      CallbackRecordResolver,
      NodeResolver,
      ProjectionResolver,
      QuarantineResolver,
      QuarantineDecisionResolver,
    ],
    validate: { forbidUnknownValues: false },
  });
}

/** The schema as it stands in `schema/schema.graphql`. */
export function printLedgerSchema(): string {
  return `${printSchema(lexicographicSortSchema(buildLedgerSchema()))}\n`;
}
