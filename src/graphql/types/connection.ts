import { Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { countCost } from '../cost.ts';
import { CursorScalar } from '../scalars.ts';

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are nodes after the last one of this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there are nodes before the first one of this page.' })
  hasPreviousPage!: boolean;

  @Field(() => CursorScalar, { nullable: true, description: 'Cursor of the first node: hand it to `before`.' })
  startCursor!: string | null;

  @Field(() => CursorScalar, { nullable: true, description: 'Cursor of the last node: hand it to `after`.' })
  endCursor!: string | null;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface Connection<Node> {
  edges: Edge<Node>[];
  nodes: Node[];
  pageInfo: PageInfo;
  liveFrom: string;
  totalCount?: number;
  totalCountIsCapped?: boolean;
}

/** Makes the two object types of a list of nodes, as the Relay specification has them, with `liveFrom` and a count. */
export function connectionOf<Node extends object>(
  node: ClassType<Node>,
  name: string,
  nodesName: string,
): ClassType<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `A place in a list of ${nodesName}, and what stands there.` })
  class NodeEdge implements Edge<Node> {
    @Field(() => CursorScalar, { description: 'This place: hand it to `after` or `before` of the same list.' })
    cursor!: string;

    @Field(() => node, { description: 'What stands at this place.' })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${nodesName}.` })
  class NodeConnection implements Connection<Node> {
    @Field(() => [NodeEdge], { description: 'The nodes of this page, each with its cursor.' })
    edges!: NodeEdge[];

    @Field(() => [node], { description: 'The nodes of this page, without cursors.' })
    nodes!: Node[];

    @Field(() => PageInfo, { description: 'Whether there is more, and the cursors to go on with.' })
    pageInfo!: PageInfo;

    @Field(() => CursorScalar, {
      description:
        'A log cursor at the state that this page was read from. Whoever follows changes from here misses and repeats nothing.',
    })
    liveFrom!: string;

    @Field(() => Int, {
      complexity: countCost,
      description:
        'How many nodes the whole list has, whatever the page: counted up to 10,000, and only where it is asked for.',
    })
    totalCount?: number;

    @Field(() => Boolean, {
      complexity: countCost,
      description: 'Whether counting stopped at a limit: there are at least `totalCount`, and there may be more.',
    })
    totalCountIsCapped?: boolean;
  }
  return NodeConnection;
}
