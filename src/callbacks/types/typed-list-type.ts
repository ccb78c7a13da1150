import { Int } from 'type-graphql';
import { conclusionFields, SurenessEnum } from '../../api/conclusion-type.ts';
import { DateTimeScalar, enumType, objectType, orNull } from '../../api/declare-type.ts';
import type { Conclusion } from '../../kernel/sureness.ts';
import { connectionOf, shownFields } from '../../lists/connection-type.ts';
import { filterOf } from '../../lists/filters-type.ts';
import { listArgsOf, orderOf, ordersOf } from '../../lists/list-args-type.ts';
import { CallbackRecord, descriptionOf } from '../callback-type.ts';
import { fieldsOf, findingKinds, typedLists, type FindingKind, type TypedList, type TypedRow } from './typed-lists.ts';

const FindingKindEnum = enumType<FindingKind>(
  'FindingKind',
  'The service of CSS that found something.',
  Object.fromEntries(findingKinds.map((kind) => [kind, descriptionOf(kind)])) as Record<FindingKind, string>,
);

/** The enums of the fields of these lists, by their kinds. */
export const typedEnums = { FindingKind: FindingKindEnum } as const;

export const PushHealth = objectType('PushHealth', 'Errors of one type in what a push sent.', {
  type: [orNull(Int), 'The type of error. Null for those without one.'],
  description: [String, 'What the type means, by the vendor’s page; of a type that is not on it, what CSS says.'],
  count: [Int, 'How many there were.'],
  firstAtMs: [orNull(DateTimeScalar), 'The first of them, by CSS’s clock. Null if no report has a time.'],
  lastAtMs: [orNull(DateTimeScalar), 'The last of them, by CSS’s clock. Null if no report has a time.'],
});
export type PushHealth = InstanceType<typeof PushHealth>;

/** A row as an object of the schema; with a conclusion if it was reached through a session. */
export type TypedNode = TypedRow & { [Name in keyof Conclusion]: Conclusion[Name] | null };

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
