import { Field, Float, ID, Int, InterfaceType, type ClassType } from 'type-graphql';
import {
  propertyOf,
  hiddenPartOf,
  type HiddenPart,
  type KindValues,
  type ListField,
  type ListFields,
  type ShownProperties,
} from './list-fields.ts';
import type { Total } from './listing.ts';
import { countCost } from '../api/cost.ts';
import {
  BigIntScalar,
  CursorScalar,
  DateTimeScalar,
  enumType,
  objectType,
  orNull,
  type Nullable,
} from '../api/declare-type.ts';
import { readNodeId } from '../api/node-id.ts';

@InterfaceType({
  description: 'Anything that has an id; `node(id:)` finds it again.',
  resolveType: ({ id }: Node) => readNodeId(id)?.type,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque id of this node. It never changes.' })
  id!: string;
}

export const PageInfo = objectType('PageInfo', 'The position of a page in its list.', {
  hasNextPage: [
    Boolean,
    'Whether there are nodes after this page. Also true if a budget of rows ended the search for them: continue with `endCursor`.',
  ],
  hasPreviousPage: [
    Boolean,
    'Whether there are nodes before this page. Also true if a budget of rows ended the search for them: continue with `startCursor`.',
  ],
  startCursor: [
    orNull(CursorScalar),
    'To pass as `before`: the cursor of the first node, or of the last row examined if a budget of rows ended a page read backwards. Null if the page is empty and no budget ended it.',
  ],
  endCursor: [
    orNull(CursorScalar),
    'To pass as `after`: the cursor of the last node, or of the last row examined if a budget of rows ended a page read forwards. Null if the page is empty and no budget ended it.',
  ],
});
export type PageInfo = InstanceType<typeof PageInfo>;

interface Edge<Node> {
  cursor: string;
  node: Node;
}

/** A page of a list. The counts are set only if the operation asked for them. */
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
  'The limit at which the count of a list stopped.',
  {
    COUNT_LIMIT: '10,000 nodes.',
    ROW_BUDGET: 'The rows that a list, or the operation, may examine. Applies if no index serves the filter.',
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
      'The number of nodes in the whole list, not just this page. Counted only if requested, up to 10,000 and as far as the budget of rows goes.',
      { complexity: countCost },
    ],
    totalCountIsCapped: [
      Boolean,
      'Whether counting stopped at a limit, so that there are `totalCount` nodes or more.',
      { complexity: countCost },
    ],
    totalCountCappedBy: [
      orNull(TotalCountLimitEnum),
      'The limit at which counting stopped. Null if everything was counted.',
      { complexity: countCost },
    ],
  });
  return connection as ClassType<Connection<Node>>;
}

const scalars = {
  ID,
  TEXT: String,
  ADDRESS: String,
  INT: Int,
  TIME: DateTimeScalar,
  MILLISECONDS: Float,
  NUMBER: Float,
  POSITION: BigIntScalar,
} as const;

/** The enums of the schema by the kinds that have their values. */
type Enums = {
  readonly [Kind in Exclude<keyof KindValues, keyof typeof scalars>]?: Readonly<Record<string, KindValues[Kind]>>;
};

type ShownType<Field extends ListField, Types> = Field['kind'] extends keyof Types
  ? Field extends { readonly isNullable: true }
    ? Nullable<Types[Field['kind']]>
    : Types[Field['kind']]
  : never;

type ShownFields<Fields extends ListFields, Types> = {
  readonly [
    Name in keyof Fields as Fields[Name] extends { readonly shown: string }
      ? Fields[Name] extends { readonly kind: 'TIME' }
        ? `${Name & string}Ms`
        : Name
      : never
  ]: readonly [
    type: ShownType<Fields[Name], Types> & object,
    description: string,
    options: { readonly hidden: HiddenPart | undefined; readonly formerly: string | undefined },
  ];
};

/** The fields that objects of a list show, for `objectType`; `enums` has the enums of their kinds. */
export function shownFields<const Fields extends ListFields, Known extends Enums>(fields: Fields, enums: Known) {
  const types: Readonly<Record<string, object>> = { ...scalars, ...enums };
  const shown = Object.entries<ListField>(fields).flatMap(([name, field]) => {
    const type = types[field.kind] ?? {};
    const shownType = field.isNullable === true ? orNull(type) : type;
    return field.shown === undefined
      ? []
      : [
          [
            propertyOf(name, field),
            [shownType, field.shown, { hidden: hiddenPartOf(field), formerly: field.formerly }],
          ] as const,
        ];
  });
  return Object.fromEntries(shown) as ShownFields<Fields, typeof scalars & Known>;
}

/** Makes the class of a list's objects: it reads the fields that they show from the row. */
export function readerOf<Row extends object, Fields extends ListFields>(fields: Fields) {
  class RowReader {
    constructor(protected readonly row: Row) {}
  }
  for (const [name, field] of Object.entries<ListField>(fields)) {
    if (field.shown === undefined) continue;
    const property = propertyOf(name, field) as keyof Row;
    Object.defineProperty(RowReader.prototype, property, {
      get(this: RowReader) {
        return this.row[property];
      },
    });
  }
  return RowReader as new (row: Row) => RowReader & ShownProperties<Fields>;
}
