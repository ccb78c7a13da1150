import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { GraphqlContext } from './context.ts';
import { readNodeId } from './node-id.ts';
import { toCallbackRecord } from '../callbacks/to-callback-record-type.ts';
import { toQuarantinedCallback } from '../quarantine/to-quarantined-callback-type.ts';
import { toRelayTask } from '../relay/relay-record-type.ts';
import { toStreamSession } from '../sessions/to-stream-session-type.ts';
import { Node } from '../lists/connection-type.ts';

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    complexity: 1,
    description:
      'The session, task, callback or quarantined callback with this id. Null if there is none: the id is from another ledger, or not an id.',
  })
  node(
    @Ctx() { readModel, log }: GraphqlContext,
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
        return row === null ? null : toCallbackRecord(row, log);
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
