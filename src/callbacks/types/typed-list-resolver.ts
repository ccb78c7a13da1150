import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root, Int } from 'type-graphql';
import type { GraphqlContext } from '../../api/context.ts';
import { innerListComplexity, innerListMax, pageCost } from '../../api/cost.ts';
import type { Conclusion } from '../../kernel/sureness.ts';
import { assertPresent } from '../../lists/as-of-type.ts';
import { connect } from '../../lists/connect-resolver.ts';
import { filterOf } from '../../lists/filters-type.ts';
import { toCondition } from '../../lists/conditions.ts';
import { toListOrder, type ListArgs, listArgsOf, orderOf, ordersOf } from '../../lists/list-args-type.ts';
import { StreamSession } from '../../sessions/stream-session-type.ts';
import { toCallbackRecord, CallbackRecord, descriptionOf } from '../callback-type.ts';
import { callbackTypes } from '../callback.ts';
import {
  callbackOf,
  fieldsOf,
  type TypedList,
  type TypedRow,
  findingKinds,
  typedLists,
  type FindingKind,
} from './typed-lists.ts';
import {
  DateTimeScalar,
  enumType,
  objectType,
  orNull,
  conclusionFields,
  SurenessEnum,
} from '../../api/declare-type.ts';
import { connectionOf, shownFields } from '../../lists/connection-type.ts';

const FindingKindEnum = enumType<FindingKind>(
  'FindingKind',
  'The service of CSS that found something.',
  Object.fromEntries(findingKinds.map((kind) => [kind, descriptionOf(kind)])) as Record<FindingKind, string>,
);

/** The enums of the fields of these lists, by their kinds. */
export const typedEnums = { FindingKind: FindingKindEnum } as const;

const PushHealth = objectType('PushHealth', 'Errors of one type in what a push sent.', {
  type: [orNull(Int), 'The type of error. Null for those without one.'],
  description: [String, 'What the type means, by the vendor’s page; of a type that is not on it, what CSS says.'],
  count: [Int, 'How many there were.'],
  firstAtMs: [orNull(DateTimeScalar), 'The first of them, by CSS’s clock. Null if no report has a time.'],
  lastAtMs: [orNull(DateTimeScalar), 'The last of them, by CSS’s clock. Null if no report has a time.'],
});
type PushHealth = InstanceType<typeof PushHealth>;

/** A row as an object of the schema; with a conclusion if it was reached through a session. */
type TypedNode = TypedRow & { [Name in keyof Conclusion]: Conclusion[Name] | null };

const ofSession = 'That it belongs to the session through which it was reached';

function typesOf(list: TypedList) {
  const { typeName, name, description } = list;
  const fields = fieldsOf(list);
  const listed = name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
  const node = objectType(typeName, description, {
    ...shownFields(fields, typedEnums),
    sureness: [orNull(SurenessEnum), `${ofSession}: how sure that is. Null in the list of all.`],
    because: [orNull(String), `${ofSession}: what that was concluded from, in one sentence. Null in the list of all.`],
    alternative: [orNull(String), `${ofSession}: what else may be true. ${conclusionFields.alternative[1]}`],
    callback: [CallbackRecord, 'The callback that reports it.'],
  });
  const filter = filterOf(`${typeName}Filter`, listed, fields, { enums: typedEnums });
  const order = orderOf(typeName, listed, ordersOf(fields));
  const args = listArgsOf<string>(filter, order, { listed, byDefault: 'RECORDED' });
  return { node, connection: connectionOf(node, typeName, listed), filter, args, listed };
}

/** The types of a list: of its rows, its pages, its arguments and its filter. */
export type TypedTypes = ReturnType<typeof typesOf>;

/** The types of each list: made once, because their names are unique. */
export const typedTypes: ReadonlyMap<TypedList, TypedTypes> = new Map(
  typedLists.map((list) => [list, typesOf(list)] as const),
);

/** The lists of what callbacks of other types report: all of them, and those of one session. */
@Resolver(() => StreamSession)
export class TypedListResolver {
  @FieldResolver(() => [PushHealth], {
    complexity: innerListComplexity,
    description: `Errors in what it pushed, added up by type, the most frequent first: of callbacks (321) that name it by its sequence. Empty if CSS reported none, or is not set up to. At most ${innerListMax}.`,
  })
  health(@Root() session: StreamSession, @Ctx() { readModel }: GraphqlContext): PushHealth[] {
    assertPresent(session, 'health');
    return readModel.errorsOfPush(session, innerListMax);
  }
}

for (const [list, types] of typedTypes) declare(list, types);

function declare(list: TypedList, { node, connection, args }: TypedTypes): void {
  const fields = fieldsOf(list);
  const { prototype } = TypedListResolver;
  const { name, description } = list;

  const ofAll = {
    value: (context: GraphqlContext, info: GraphQLResolveInfo, { filter, orderBy, ...page }: ListArgs<string>) =>
      connect(
        {
          list: { name, order: toListOrder(orderBy, 'RECORDED') },
          condition: toCondition(fields, filter),
          page,
          read: (request) => context.readModel.typedPage(list, request),
          toNode: (row) => toNode(row, null, context),
        },
        context,
        info,
      ),
  };
  Object.defineProperty(prototype, name, ofAll);
  Ctx()(prototype, name, 0);
  Info()(prototype, name, 1);
  Args(() => args)(prototype, name, 2);
  Query(() => connection, {
    nullable: true,
    complexity: pageCost,
    description: `${description} By default the newest first, in the order of the log.`,
  })(prototype, name, ofAll);

  const method = `${name}OfSession`;
  const eventTypes = callbackTypes.flatMap((type) => (type.listed?.list === list ? type.eventTypes : []));
  const ofSession = {
    value: (session: StreamSession, context: GraphqlContext): TypedNode[] => {
      assertPresent(session, name);
      const { readModel } = context;
      const { rowId } = session;
      const found = readModel.callbacksOfSession(rowId, { eventTypes, rowsMax: innerListMax });
      const rows = found.flatMap(({ callback, sessions }) => {
        const conclusion = sessions.find((one) => one.session.id === rowId) ?? null;
        return readModel.typedRows(list, [callback.position]).map((row) => toNode(row, conclusion, context));
      });
      return rows.slice(0, innerListMax);
    },
  };
  Object.defineProperty(prototype, method, ofSession);
  Root()(prototype, method, 0);
  Ctx()(prototype, method, 1);
  FieldResolver(() => [node], {
    name,
    complexity: innerListComplexity,
    description: `${description} Those that belong to the session, newest first, at most ${innerListMax}.`,
  })(prototype, method, ofSession);
}

function toNode(row: TypedRow, conclusion: Conclusion | null, { readModel, ports }: GraphqlContext): TypedNode {
  const { sureness = null, because = null, alternative = null } = conclusion ?? {};
  return {
    ...row,
    sureness,
    because,
    alternative,
    get callback() {
      const found = readModel.callbackByPosition(callbackOf(row));
      if (found === null) throw new TypeError('A row was read whose callback is not there.');
      return toCallbackRecord(found, ports.log);
    },
  };
}
