import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { outsideOfScopes } from './access/limited-ports.ts';
import type { GraphqlContext } from './context.ts';

/**
 * Root fields that are answered to identities with a scope. They read rows, which their connection limits; `viewer` and `projections` say nothing of what is
 * recorded, but how up to date it is.
 */
const limitedFields: ReadonlySet<string> = new Set([
  ...['streamSessions', 'streamSession', 'streamSessionStatistics', 'streamSessionChanged', 'streamUptime'],
  ...['relayTasks', 'relayTask', 'relayTaskStatistics', 'relayTaskChanged'],
  ...['callbacks', 'callbackStatistics', 'callbackRecorded', 'missingCallbacks'],
  ...['refusedPushes', 'refusedPushStatistics', 'pushErrors', 'pushErrorStatistics'],
  ...['recordings', 'recordingStatistics', 'recordingEvents', 'recordingEventStatistics'],
  ...['screenshots', 'screenshotStatistics', 'findings', 'findingStatistics'],
  ...['incidents', 'incident', 'incidentChanged'],
  ...['broadcasts', 'concurrency', 'node', 'nodes', 'viewer', 'projections'],
]);

/** Refuses to identities with a scope each root field of the schema that is not listed here: a new one too, until somebody has thought of them. */
export function applyScopes(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const field of roots.flatMap((type) => Object.values(type?.getFields() ?? {}))) {
    if (limitedFields.has(field.name)) continue;
    const { resolve = defaultFieldResolver } = field;
    field.description = `${field.description ?? ''} Refused to identities with a scope.`;
    field.resolve = (root, args, context: GraphqlContext, info) => {
      if (context.scope !== null) throw outsideOfScopes(field.name);
      return resolve(root, args, context, info);
    };
  }
}
