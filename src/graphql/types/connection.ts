import { Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { countCost } from '../cost.ts';
import { CursorScalar } from '../scalars.ts';

@ObjectType({ description: 'The position of a page in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are nodes after the last one of this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there are nodes before the first one of this page.' })
  hasPreviousPage!: boolean;

  @Field(() => CursorScalar, {
    nullable: true,
    description: 'Cursor of the first node, to pass as `before`. Null if the page is empty.',
  })
  startCursor!: string | null;

  @Field(() => CursorScalar, {
    nullable: true,
    description: 'Cursor of the last node, to pass as `after`. Null if the page is empty.',
  })
  endCursor!: string | null;
}

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
  totalCount?: number;
  totalCountIsCapped?: boolean;
}

/** Makes the two object types of a list, as the Relay specification has them, with `liveFrom` and a count. */
export function connectionOf<Node extends object>(
  node: ClassType<Node>,
  name: string,
  listed: string,
): ClassType<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `An entry of a list of ${listed}.` })
  class NodeEdge implements Edge<Node> {
    @Field(() => CursorScalar, { description: 'To pass as `after` or `before` of the same list.' })
    cursor!: string;

    @Field(() => node, { description: 'The node of this entry.' })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${listed}.` })
  class NodeConnection implements Connection<Node> {
    @Field(() => [NodeEdge], { description: 'The nodes of this page, each with its cursor.' })
    edges!: NodeEdge[];

    @Field(() => [node], { description: 'The nodes of this page, without cursors.' })
    nodes!: Node[];

    @Field(() => PageInfo, { description: 'Whether there are more pages, and the cursors for them.' })
    pageInfo!: PageInfo;

    @Field(() => CursorScalar, {
      description:
        'A log cursor of the state that this page shows. A subscription with it as `after` misses and repeats nothing.',
    })
    liveFrom!: string;

    @Field(() => Int, {
      complexity: countCost,
      description:
        'How many nodes the whole list has, not just this page. Counted up to 10,000, and only if it is asked for.',
    })
    totalCount?: number;

    @Field(() => Boolean, {
      complexity: countCost,
      description: 'Whether counting stopped at that limit: there are `totalCount` nodes or more.',
    })
    totalCountIsCapped?: boolean;
  }
  return NodeConnection;
}
