import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { toCallbackRecord } from '../callbacks/callback-type.ts';
import { Node } from '../lists/connection-type.ts';
import { toQuarantinedCallback } from '../quarantine/quarantine-type.ts';
import { toRelayTask } from '../relay/relay-task-type.ts';
import { toStreamSession } from '../sessions/stream-session-type.ts';
import type { GraphqlContext } from './context.ts';
import type { Role } from './http/access.ts';
import { enumType, objectType } from './declare-type.ts';
import { readNodeId } from './node-id.ts';

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    complexity: 1,
    description:
      'The session, task, callback or quarantined callback with this id. Null if there is none: the id is from another ledger, or not an id.',
  })
  node(
    @Ctx() { readModel, ports }: GraphqlContext,
    @Arg('id', () => ID, { description: 'The `id` of a node.' }) text: string,
  ): Node | null {
    const id = readNodeId(text);
    switch (id?.type) {
      case 'StreamSession': {
        const [row] = readModel.streamSessionsBySequence(id.sequence, id.appId, 1);
        return row === undefined ? null : toStreamSession(row);
      }
      case 'RelayTask': {
        const [row] = readModel.relay.tasksByTaskId(id.taskId, id.appId, 1);
        return row === undefined ? null : toRelayTask(row);
      }
      case 'CallbackRecord': {
        const row = id.logId === readModel.logId ? readModel.callbackByPosition(id.position) : null;
        return row === null ? null : toCallbackRecord(row, ports.log);
      }
      case 'QuarantinedCallback': {
        const row = readModel.quarantine.at(id);
        return row === null ? null : toQuarantinedCallback(row);
      }
      case undefined:
        return null;
    }
  }
}

const ViewerRoles = { viewer: 'VIEWER', operator: 'OPERATOR' } as const satisfies Record<Role, string>;
type ViewerRole = (typeof ViewerRoles)[Role];

const RoleEnum = enumType<ViewerRole>('Role', 'What a client may do.', {
  VIEWER: 'Reads everything but credentials and unauthenticated bodies, and changes nothing.',
  OPERATOR: 'Reads everything as sent, decides on callbacks in quarantine, and controls forwarding.',
});

const Viewer = objectType('Viewer', 'The client that asks.', {
  role: [
    RoleEnum,
    'The role of the token. Without API_TOKENS the service answers on loopback only, and the role is OPERATOR.',
  ],
});
type Viewer = InstanceType<typeof Viewer>;

/** The name of a role in the schema. */
function viewerOf(role: Role): Viewer {
  return { role: ViewerRoles[role] };
}

@Resolver()
export class ViewerResolver {
  @Query(() => Viewer, {
    nullable: true,
    complexity: 1,
    description: 'The client that asks. Its role says what a client application can offer.',
  })
  viewer(@Ctx() { role }: GraphqlContext): Viewer {
    return viewerOf(role);
  }
}
