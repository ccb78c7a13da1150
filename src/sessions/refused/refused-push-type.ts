import { ID } from 'type-graphql';
import { objectType } from '../../api/declare-type.ts';
import { writeNodeId } from '../../api/node-id.ts';
import { connectionOf, Node, readerOf, shownFields } from '../../lists/connection-type.ts';
import { filterOf } from '../../lists/filters-type.ts';
import { endCauseOf } from '../interruption-codes.ts';
import { EndCause } from '../stream-session-type.ts';
import { refusedPushFields } from './refused-push-fields.ts';
import type { RefusedPushRow } from './refused-push-rows.ts';

/** The input by which the list selects refused pushes. */
export const RefusedPushFilter = filterOf('RefusedPushFilter', 'refused pushes', refusedPushFields, { enums: {} });

export const RefusedPush = objectType(
  'RefusedPush',
  'An attempt to push that CSS refused: interruptions of one sequence with the code 18 or 19, and no push callback. It never began, so it is no session and counts in no figure of sessions. If its push callback arrives after all, it becomes a session.',
  {
    id: [ID, 'Opaque id of this node. It is gone if the attempt becomes a session.'],
    ...shownFields(refusedPushFields, {}),
    reason: [
      EndCause,
      'Why it was refused: what `endCode` means and, where it is known, what `message` means. The sub-code, which names the rule, is only in the vendor’s console.',
    ],
  },
  { implements: Node },
);
export type RefusedPush = InstanceType<typeof RefusedPush> & {
  /** The position of its callback, for the resolvers. */
  callbackPosition: bigint;
};

/** A page of refused pushes, by Relay's specification. */
export const RefusedPushConnection = connectionOf(RefusedPush, 'RefusedPush', 'refused pushes');

/** A row of the read model as an object of the schema; texts stay as sent, for resolvers to redact. */
export function toRefusedPush(row: RefusedPushRow): RefusedPush {
  return new RefusedPushNode(row);
}

/** Makes each field when it is selected: a page has up to 500 of them. */
class RefusedPushNode
  extends readerOf<RefusedPushRow, typeof refusedPushFields>(refusedPushFields)
  implements RefusedPush
{
  get id(): string {
    return writeNodeId({ type: 'RefusedPush', appId: this.appId, sequence: this.sequence });
  }

  get reason(): EndCause {
    return endCauseOf({ endCode: this.endCode, endCodeText: null, endMessage: this.message }, false);
  }

  get callbackPosition(): bigint {
    return this.row.callbackPosition;
  }
}
