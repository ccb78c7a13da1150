import type { EndSide } from '../sessions/interruption-codes.ts';
import type { StartedAtSource, StreamSessionState } from '../sessions/stream-session-view.ts';

/** The values of each kind of field. A kind that is no scalar has the name of its enum in the schema. */
export interface KindValues {
  ID: string;
  TEXT: string;
  INT: number;
  /** A moment, in milliseconds: the property for `startedAt` is `startedAtMs`. */
  TIME: number;
  MILLISECONDS: number;
  StreamSessionState: StreamSessionState;
  StartedAtSource: StartedAtSource;
  EndSide: EndSide;
}

export type FieldKind = keyof KindValues;

/** What viewers may not read of a text: the queries and logins of the URLs in it, or anything. */
export type HiddenPart = 'CREDENTIALS' | 'WHOLE';

/** A field of a list. Columns, filters, indexes, rows and objects of the schema derive from its declaration. */
export interface ListField {
  readonly kind: FieldKind;
  readonly isNullable?: true;
  /** Its description in the schema. Left out if objects do not show it, or if a resolver does. */
  readonly shown?: string;
  /** What viewers may not read of its text. */
  readonly hidden?: HiddenPart;
  /** The description of its filter. Left out if clients cannot filter by it. */
  readonly filter?: string;
  /** Only the server's own conditions name it. */
  readonly isOfServer?: true;
  /** Whether its value in a row may change. */
  readonly isChanging?: true;
  readonly hasColumn?: false;
  /** The part of a row that it is a property of, by the list's own names. Left out: its view. */
  readonly of?: string;
  readonly index?: FieldIndex;
}

/** An index by which rows with one value of a field are found. */
export interface FieldIndex {
  /** The fewer rows usually have one value, the lower: the planner takes the first of several. */
  readonly rank: number;
  /** What follows the name of the table. */
  readonly name: string;
  readonly isSparse?: true;
  readonly isOfProjections?: true;
  /** The index omits the rows with this value. */
  readonly omits?: string;
}

/** Fields by the names that conditions and the schema have for them. */
export type ListFields = Readonly<Record<string, ListField>>;

/** The fields that conditions may name. */
export type ConditionField<Fields extends ListFields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly filter: string } | { readonly isOfServer: true }
    ? Name
    : never;
}[keyof Fields] &
  string;

/** The fields that clients may filter by. */
export type FilterField<Fields extends ListFields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly filter: string } ? Name : never;
}[keyof Fields] &
  string;

type Property<Name, Field> = Field extends { readonly kind: 'TIME' } ? `${Name & string}Ms` : Name & string;

type FieldValue<Field extends ListField> =
  KindValues[Field['kind']] | (Field extends { readonly isNullable: true } ? null : never);

/** The fields that have a column, as properties of a row. */
type ColumnProperties<Fields extends ListFields> = {
  readonly [
    Name in keyof Fields as Fields[Name] extends { readonly hasColumn: false } ? never : Property<Name, Fields[Name]>
  ]: FieldValue<Fields[Name]>;
};

/** The fields that objects of the schema show, as properties. */
export type ShownProperties<Fields extends ListFields> = {
  readonly [
    Name in keyof Fields as Fields[Name] extends { readonly shown: string } ? Property<Name, Fields[Name]> : never
  ]: FieldValue<Fields[Name]>;
};

/** The properties of the fields of a list's rows. */
export type ListedProperties<Fields extends ListFields> = ColumnProperties<Fields> & ShownProperties<Fields>;

type Snake<Name> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : '';

/** The values that a table keeps of fields, each under its name in snake case. */
export type FieldColumns<Fields extends ListFields> = {
  readonly [
    Name in keyof Fields as Fields[Name] extends { readonly hasColumn: false } ? never : Snake<Name>
  ]: FieldValue<Fields[Name]>;
};

/** The column of a field, such as `end_code` for `endCode`. */
export function columnNameOf(field: string): string {
  return field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

/** The property of a field in rows and objects. */
export function propertyOf(field: string, { kind }: ListField): string {
  return kind === 'TIME' ? `${field}Ms` : field;
}

/** The names of the fields for which `isWanted` holds. */
export function namesOf<Name extends string>(
  fields: Readonly<Record<Name, ListField>>,
  isWanted: (field: ListField) => boolean,
): Name[] {
  return (Object.keys(fields) as Name[]).filter((name) => isWanted(fields[name]));
}

/** The fields with a column of their own. */
export function fieldsWithColumn<Name extends string>(fields: Readonly<Record<Name, ListField>>): Name[] {
  return namesOf(fields, ({ hasColumn }) => hasColumn !== false);
}

/** The fields that conditions may name. */
export function conditionFields<Fields extends ListFields>(fields: Fields): ConditionField<Fields>[] {
  return namesOf(fields, ({ filter, isOfServer }) => (filter ?? isOfServer) !== undefined) as ConditionField<Fields>[];
}
