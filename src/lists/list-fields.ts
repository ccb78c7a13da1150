import type { ShownRole } from '../api/access/tokens.ts';
import type { AuditAction, AuditOutcome } from '../audit/audit.ts';
import type { MissingReason } from '../analysis/missing/missing-callbacks.ts';
import type { Signature } from '../callbacks/arrival.ts';
import type { CallbackKind } from '../callbacks/callback.ts';
import type { FindingKind } from '../callbacks/types/typed-lists.ts';
import type { FailureKind } from '../incidents/failure.ts';
import type { IncidentState } from '../incidents/incident.ts';
import type { Clock } from '../kernel/clock.ts';
import type { QuarantineReason, QuarantineStatus } from '../quarantine/quarantine.ts';
import type { Attribution } from '../relay/relay-runs.ts';
import type { RelayTaskState } from '../relay/relay-task.ts';
import type { EndSide } from '../sessions/interruption-codes.ts';
import type { PushRegion, StartedAtSource, StreamSessionState } from '../sessions/stream-session-view.ts';
import type { Condition } from './listing.ts';

/** The values of each kind of field. A kind that is no scalar has the name of its enum in the schema. */
export interface KindValues {
  ID: string;
  TEXT: string;
  /** An IP address in any notation, or whatever else the text is. */
  ADDRESS: string;
  INT: number;
  /** A moment, in milliseconds: the property for `startedAt` is `startedAtMs`. */
  TIME: number;
  MILLISECONDS: number;
  /** A number that need not be whole. */
  NUMBER: number;
  /** A position in the log; its column is the primary key of the table. */
  POSITION: bigint;
  StreamSessionState: StreamSessionState;
  StartedAtSource: StartedAtSource;
  EndSide: EndSide;
  PushRegion: PushRegion;
  RelayTaskState: RelayTaskState;
  Attribution: Attribution;
  Signature: Signature;
  CallbackKind: CallbackKind;
  FindingKind: FindingKind;
  QuarantineReason: QuarantineReason;
  QuarantineStatus: QuarantineStatus;
  MissingReason: MissingReason;
  AlertKind: string;
  IncidentState: IncidentState;
  FailureKind: FailureKind;
  Role: ShownRole;
  AuditAction: AuditAction;
  AuditOutcome: AuditOutcome;
  /* The other kinds have no column, and no value that objects show. */
  /** Whether something is so: 1 or 0 in conditions. */
  FLAG: never;
  /** Conditions ask only whether there is one. */
  EXISTENCE: never;
  /** Rows of another table, one and the same of which must meet the whole condition. */
  MEMBERS: never;
  /** Compared by an input of its own. */
  OWN_INPUT: never;
  /** The last change of the row. */
  CHANGE: never;
}

export type FieldKind = keyof KindValues;

/**
 * What only some roles may read of a text. ADDRESS: viewers read none of it. CREDENTIALS: only admins read what looks like one. WHOLE: only
 * admins read any of it.
 */
export type HiddenPart = 'ADDRESS' | 'CREDENTIALS' | 'WHOLE';

/** A field of a list. Columns, filters, orders, indexes, rows and objects of the schema derive from its declaration. */
export interface ListField {
  readonly kind: FieldKind;
  readonly isNullable?: true;
  /** Its description in the schema. Left out if objects do not show it, or if a resolver does. */
  readonly shown?: string;
  /** What only some roles may read of its text; every ADDRESS has such a part. Filters compare it as a whole only, so that they cannot guess the rest. */
  readonly hidden?: HiddenPart;
  /** The description of its filter. Left out if clients cannot filter by it. */
  readonly filter?: string;
  /** Of an enum: what its filter compares. */
  readonly compares?: string;
  /** Rows have several values, and match if one of them does. */
  readonly isOneOfSeveral?: true;
  /** Rows have it in lower case, because case makes no difference in it. */
  readonly ignoresCase?: true;
  /** Of ADDRESS: the field with its key, the same for all notations of one address. Equality and networks are decided by it. */
  readonly keyField?: string;
  /** The condition on other fields that a given input sets. `clock` is null if no moment would be right. */
  readonly conditionOf?: (input: never, clock: Clock | null) => Condition<string>;
  /** Only the server's own conditions name it. */
  readonly isOfServer?: true;
  /** Whether its value in a row may change. */
  readonly isChanging?: true;
  readonly hasColumn?: false;
  /** The name of its column, if it is not its own in snake case. */
  readonly column?: string;
  /** Its name in the schema until it was renamed: there it stays for one minor version, deprecated. */
  readonly formerly?: string;
  /** The part of a row that it is a property of, by the list's own names. */
  readonly of?: string;
  readonly index?: FieldIndex;
  readonly order?: FieldOrder;
}

/** An order of the list, by a field. */
interface FieldOrder {
  /** The name that clients use. */
  readonly name: string;
  /** Its description in the schema. */
  readonly shown: string;
  /** The column that is sorted by, never null. Left out: that of the field. */
  readonly column?: string;
  /** Rows without a value for the field are among the others. */
  readonly mixesUnknown?: true;
}

/** An index by which rows with one value of a field are found. */
interface FieldIndex {
  /** The fewer rows usually have one value, the lower: the planner takes the first of several. */
  readonly rank: number;
  /** What follows the name of the table. Left out: the primary key of the other table that has the values. */
  readonly name?: string;
  readonly isSparse?: true;
  readonly isOfProjections?: true;
  /** It only finds rows, in no order. */
  readonly isUnordered?: true;
  /** The index omits the rows with this value. */
  readonly omits?: string;
}

/** Fields by the names that conditions and the schema have for them. */
export type ListFields = Readonly<Record<string, ListField>>;

/** The fields that conditions may name. */
export type ConditionField<Fields extends ListFields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly conditionOf: unknown }
    ? never
    : Fields[Name] extends { readonly filter: string } | { readonly isOfServer: true }
      ? Name
      : never;
}[keyof Fields] &
  string;

/** The fields that conditions may name but the table has no column of: a list says how SQL finds them. */
export type FieldElsewhere<Fields extends ListFields> = {
  [Name in ConditionField<Fields>]: Fields[Name] extends { readonly hasColumn: false } ? Name : never;
}[ConditionField<Fields>];

/** The names of a list's orders. */
export type OrderName<Fields extends ListFields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly order: { readonly name: infer Order extends string } }
    ? Order
    : never;
}[keyof Fields];

type Property<Name, Field> = Field extends { readonly kind: 'TIME' } ? `${Name & string}Ms` : Name & string;

type FieldValue<Field extends ListField> =
  KindValues[Field['kind']] | (Field extends { readonly isNullable: true } ? null : never);

/** The fields that have a column, as properties of a row. */
export type ColumnProperties<Fields extends ListFields> = {
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

/** The properties that rows read from columns, or from the parts that fields are declared to be of. */
export type RowProperties<Fields extends ListFields> = ColumnProperties<Fields> & {
  readonly [
    Name in keyof Fields as Fields[Name] extends { readonly shown: string; readonly of: string }
      ? Property<Name, Fields[Name]>
      : never
  ]: FieldValue<Fields[Name]>;
};

/** The properties of the fields of a list's rows. */
export type ListedProperties<Fields extends ListFields> = ColumnProperties<Fields> & ShownProperties<Fields>;

type Snake<Name> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : '';

type ColumnName<Name, Field> = Field extends { readonly column: infer Column extends string } ? Column : Snake<Name>;

/** The values that are written into the columns of fields, each under the name of its column. */
export type FieldValues<Fields extends ListFields> = {
  readonly [
    Name in keyof Fields as Fields[Name] extends { readonly hasColumn: false } ? never : ColumnName<Name, Fields[Name]>
  ]: FieldValue<Fields[Name]>;
};

/** The same as they are read: SQLite's integers are numbers. */
export type FieldColumns<Fields extends ListFields> = {
  readonly [Name in keyof FieldValues<Fields>]: bigint extends FieldValues<Fields>[Name]
    ? number
    : FieldValues<Fields>[Name];
};

/** The column of a field, such as `end_code` for `endCode`. */
export function columnNameOf(field: string, { column }: Pick<ListField, 'column'> = {}): string {
  if (column !== undefined) return column;
  return field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

/** What only some roles may read of a field; undefined: nothing. */
export function hiddenPartOf({ kind, hidden }: Pick<ListField, 'kind' | 'hidden'>): HiddenPart | undefined {
  return kind === 'ADDRESS' ? 'ADDRESS' : hidden;
}

/** The property of a field in rows and objects. */
export function propertyOf(field: string, { kind }: ListField): string {
  return kind === 'TIME' ? `${field}Ms` : field;
}

/** The names by which clients know a field: its own, and the one that it had before. */
export function clientNamesOf(field: string, { formerly }: Pick<ListField, 'formerly'>): string[] {
  return formerly === undefined ? [field] : [field, formerly];
}

/** The name of the field that clients know by this one. */
export function currentNameOf(fields: ListFields, name: string): string {
  return name in fields ? name : (Object.keys(fields).find((one) => fields[one]?.formerly === name) ?? name);
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
  const isNamed = ({ conditionOf, filter, isOfServer }: ListField) =>
    conditionOf === undefined && (filter !== undefined || isOfServer === true);
  return namesOf(fields, isNamed) as ConditionField<Fields>[];
}

/** The fields that conditions may name and whose values in a row may change. */
export function changingFields<Fields extends ListFields>(fields: Fields): ConditionField<Fields>[] {
  return conditionFields(fields).filter((name) => fields[name]?.isChanging);
}
