import { Field, Int, ObjectType, registerEnumType, type ClassType } from 'type-graphql';
import type { Total } from '../../read-models/listing.ts';
import { countCost } from '../cost.ts';
import { CursorScalar } from '../scalars.ts';
import { enumOf } from './enum-of.ts';

@ObjectType({ description: 'The position of a page in its list.' })
export class PageInfo {
  @Field(() => Boolean, {
    description:
      'Whether there are nodes after this page. Also true where a budget of rows ended the search for them: continue with `endCursor`.',
  })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether there are nodes before this page. Also true where a budget of rows ended the search for them: continue with `startCursor`.',
  })
  hasPreviousPage!: boolean;

  @Field(() => CursorScalar, {
    nullable: true,
    description:
      'To pass as `before`: cursor of the first node; if a budget of rows ended a page that is read backwards, of the last row examined. Null if the page is empty and ended otherwise.',
  })
  startCursor!: string | null;

  @Field(() => CursorScalar, {
    nullable: true,
    description:
      'To pass as `after`: cursor of the last node; if a budget of rows ended a page that is read forwards, of the last row examined. Null if the page is empty and ended otherwise.',
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
  totalCount?: number | undefined;
  totalCountIsCapped?: boolean | undefined;
  totalCountCappedBy?: Total['cappedBy'] | undefined;
}

const TotalCountLimitEnum = enumOf<NonNullable<Total['cappedBy']>>(['COUNT_LIMIT', 'ROW_BUDGET']);
registerEnumType(TotalCountLimitEnum, {
  name: 'TotalCountLimit',
  description: 'Where the count of a list stopped.',
  valuesConfig: {
    COUNT_LIMIT: { description: 'At 10,000 nodes.' },
    ROW_BUDGET: {
      description: 'No index serves the filter, and as many rows were examined as a list, or the operation, may.',
    },
  },
});

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
        'How many nodes the whole list has, not just this page. Counted only if it is asked for, up to 10,000 and as far as the budget of rows goes.',
    })
    totalCount?: number;

    @Field(() => Boolean, {
      complexity: countCost,
      description: 'Whether counting stopped at a limit: there are `totalCount` nodes or more.',
    })
    totalCountIsCapped?: boolean;

    @Field(() => TotalCountLimitEnum, {
      nullable: true,
      complexity: countCost,
      description: 'The limit at which counting stopped. Null if everything was counted.',
    })
    totalCountCappedBy?: Total['cappedBy'];
  }
  return NodeConnection;
}
