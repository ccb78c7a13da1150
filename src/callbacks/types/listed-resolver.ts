import { GraphQLJSON } from 'graphql-scalars';
import { Ctx, FieldResolver, Float, ID, Int, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../../api/context.ts';
import { innerListComplexity, innerListMax } from '../../api/cost.ts';
import { DateTimeScalar, objectType, orNull } from '../../api/declare-type.ts';
import { withoutCredentials } from '../../api/redact.ts';
import { StreamSession } from '../../sessions/stream-session-type.ts';
import { CallbackRecord, toCallbackRecord } from '../callback-type.ts';
import { callbackTypes } from '../callback.ts';
import type { BodyField, ListedType } from './declaration.ts';

const scalars: Readonly<Record<BodyField['as'], object>> = {
  NAME: String,
  STREAM_NAME: String,
  TEXT: String,
  ID,
  CODE: Int,
  POSITIVE: Float,
  CODE_TEXT: String,
  DURATION: Float,
  SECONDS: DateTimeScalar,
  MILLISECONDS: DateTimeScalar,
  JSON: GraphQLJSON,
};

/** The fields of sessions that list callbacks of one type: one for each type that declares it. */
@Resolver(() => StreamSession)
export class ListedTypesResolver {}

for (const { listed } of callbackTypes) if (listed !== undefined) declareList(listed);

function declareList(listed: ListedType): void {
  const fields = Object.entries(listed.fields).map(
    ([field, { as, shown }]) => [field, [orNull(scalars[as]), shown]] as const,
  );
  const type = objectType(listed.typeName, listed.description, {
    ...Object.fromEntries(fields),
    callback: [CallbackRecord, 'The callback that says so.'],
  });
  const { prototype } = ListedTypesResolver;
  const list = {
    value: ({ appId, sequence, past }: StreamSession, context: GraphqlContext) => {
      const until = (past ?? context.readModel).checkpoint() ?? 0n;
      const page = { until, rowsMax: innerListMax };
      return context.readModel.listedCallbacks(listed, { appId, sequence }, page).map((row) => ({
        ...Object.fromEntries(
          Object.entries(listed.fields).map(([field, { as }]) => [field, shownValue(row.values[field], as, context)]),
        ),
        get callback() {
          const found = context.readModel.callbackByPosition(row.position);
          return found === null ? null : toCallbackRecord(found, context.ports.log);
        },
      }));
    },
  };
  Object.defineProperty(prototype, listed.name, list);
  Root()(prototype, listed.name, 0);
  Ctx()(prototype, listed.name, 1);
  const description = `${listed.description} Newest first, at most ${innerListMax}.`;
  FieldResolver(() => [type], { complexity: innerListComplexity, description })(prototype, listed.name, list);
}

/** Texts and objects for this role: only operators read the credentials in them. */
function shownValue(value: unknown, as: BodyField['as'], { role }: GraphqlContext): unknown {
  if (typeof value !== 'string') return value;
  const read: unknown = as === 'JSON' ? JSON.parse(value) : value;
  return role === 'operator' ? read : withoutCredentials(read);
}
