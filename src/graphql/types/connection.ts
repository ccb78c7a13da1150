import { Int, type ClassType, Field, ID, InterfaceType } from 'type-graphql';
import type { Total } from '../../read-models/listing.ts';
import { countCost } from '../cost.ts';
import { CursorScalar } from '../scalars.ts';
import { enumType, objectType, orNull } from './declare.ts';
import { readNodeId } from '../node-id.ts';

@InterfaceType({
  description: 'Anything with an id of its own; `node(id:)` finds it again.',
  resolveType: ({ id }: Node) => readNodeId(id)?.type,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque id of this node. It never changes.' })
  id!: string;
}

export const PageInfo = objectType('PageInfo', 'The position of a page in its list.', {
  hasNextPage: [
    Boolean,
    'Whether there are nodes after this page. Also true where a budget of rows ended the search for them: continue with `endCursor`.',
  ],
  hasPreviousPage: [
    Boolean,
    'Whether there are nodes before this page. Also true where a budget of rows ended the search for them: continue with `startCursor`.',
  ],
  startCursor: [
    orNull(CursorScalar),
    'To pass as `before`: cursor of the first node; if a budget of rows ended a page that is read backwards, of the last row examined. Null if the page is empty and ended otherwise.',
  ],
  endCursor: [
    orNull(CursorScalar),
    'To pass as `after`: cursor of the last node; if a budget of rows ended a page that is read forwards, of the last row examined. Null if the page is empty and ended otherwise.',
  ],
});
export type PageInfo = InstanceType<typeof PageInfo>;

interface Edge<Node> {
  cursor: string;
  node: Node;
}

/** A page of a list. The counts are there only if the operation asked for them. */
export interface Connection<Node> {
  edges: Edge<Node>[];
  nodes: Node[];
  pageInfo: PageInfo;
  liveFrom: string;
  totalCount?: number | undefined;
  totalCountIsCapped?: boolean | undefined;
  totalCountCappedBy?: Total['cappedBy'] | undefined;
}

const TotalCountLimitEnum = enumType<NonNullable<Total['cappedBy']>>(
  'TotalCountLimit',
  'Where the count of a list stopped.',
  {
    COUNT_LIMIT: 'At 10,000 nodes.',
    ROW_BUDGET: 'No index serves the filter, and as many rows were examined as a list, or the operation, may.',
  },
);

/** Makes the two object types of a list, as the Relay specification has them, with `liveFrom` and a count. */
export function connectionOf<Node extends object>(
  node: ClassType<Node>,
  name: string,
  listed: string,
): ClassType<Connection<Node>> {
  const edge = objectType(`${name}Edge`, `An entry of a list of ${listed}.`, {
    cursor: [CursorScalar, 'To pass as `after` or `before` of the same list.'],
    node: [node, 'The node of this entry.'],
  });
  const connection = objectType(`${name}Connection`, `A page of a list of ${listed}.`, {
    edges: [[edge], 'The nodes of this page, each with its cursor.'],
    nodes: [[node], 'The nodes of this page, without cursors.'],
    pageInfo: [PageInfo, 'Whether there are more pages, and the cursors for them.'],
    liveFrom: [
      CursorScalar,
      'A log cursor of the state that this page shows. A subscription with it as `after` misses and repeats nothing.',
    ],
    totalCount: [
      Int,
      'How many nodes the whole list has, not just this page. Counted only if it is asked for, up to 10,000 and as far as the budget of rows goes.',
      { complexity: countCost },
    ],
    totalCountIsCapped: [
      Boolean,
      'Whether counting stopped at a limit: there are `totalCount` nodes or more.',
      { complexity: countCost },
    ],
    totalCountCappedBy: [
      orNull(TotalCountLimitEnum),
      'The limit at which counting stopped. Null if everything was counted.',
      { complexity: countCost },
    ],
  });
  return connection as unknown as ClassType<Connection<Node>>;
}
