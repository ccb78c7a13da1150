import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../../api/context.ts';
import { innerListComplexity, innerListMax, pageCost } from '../../api/cost.ts';
import type { Conclusion } from '../../kernel/sureness.ts';
import { assertPresent } from '../../lists/as-of-type.ts';
import { connect } from '../../lists/connect-resolver.ts';
import { toCondition } from '../../lists/filters-type.ts';
import { toListOrder, type ListArgs } from '../../lists/list-args-type.ts';
import { StreamSession } from '../../sessions/stream-session-type.ts';
import { toCallbackRecord } from '../callback-type.ts';
import { callbackTypes } from '../callback.ts';
import { PushHealth, typedTypes, type TypedNode, type TypedTypes } from './typed-list-type.ts';
import { callbackOf, fieldsOf, type TypedList, type TypedRow } from './typed-lists.ts';

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
