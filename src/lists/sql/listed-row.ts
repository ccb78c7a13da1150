import type Database from 'better-sqlite3';
import {
  clientNamesOf,
  columnNameOf,
  fieldsWithColumn,
  namesOf,
  propertyOf,
  type ListField,
  type ListFields,
  type RowProperties,
} from '../list-fields.ts';
import type { ListDefinition, ListedColumns } from './list-definition.ts';

/** The columns that these fields need, for a SELECT; all columns if no fields are given. */
export function columnNamesFor(
  { keys, ofField, others, needOthers }: ListedColumns,
  shown: ReadonlySet<string> | null,
): string {
  if (shown === null || needOthers.some((field) => shown.has(field)))
    return [...keys, ...new Set(Object.values(ofField)), ...others].join(', ');
  const columns = Object.entries(ofField).flatMap(([field, column]) => (shown.has(field) ? [column] : []));
  return [...keys, ...new Set(columns)].join(', ');
}

/** How rows of a list are read: columns always read, columns read with all others only, and fields of the schema that need those. */
export function listedColumnsOf(
  fields: ListFields,
  { keys, others, needOthers }: Omit<ListedColumns, 'ofField'>,
): ListedColumns {
  const columns = fieldsWithColumn(fields).flatMap((name) => {
    const column = columnNameOf(name, fields[name]);
    return clientNamesOf(name, fields[name] ?? {}).map((known) => [known, column] as const);
  });
  const notAlways = columns.filter(([, column]) => !keys.includes(column));
  const shownElsewhere = namesOf(fields, ({ hasColumn, shown }) => hasColumn === false && shown !== undefined);
  return { keys, ofField: Object.fromEntries(notAlways), others, needOthers: [...needOthers, ...shownElsewhere] };
}

/** Reads all columns of a row of which some are known. */
export type ReadWhole<Columns> = (known: Partial<Columns>) => Columns;

/** `db` is a read-only connection. */
export function prepareWhole<Columns extends object>(
  db: Database.Database,
  { table, rowColumn, columnNames }: Pick<ListDefinition, 'table' | 'rowColumn' | 'columnNames'>,
): ReadWhole<Columns> {
  const byRow = db.prepare<[unknown], Columns>(`SELECT ${columnNames} FROM ${table} WHERE ${rowColumn} = ?`);
  return (known) => {
    const columns = byRow.get(known[rowColumn as keyof Columns]);
    if (columns === undefined) throw new TypeError(`A row of ${table} that was read is not there.`);
    return columns;
  };
}

type PartOf<Fields extends ListFields> = Extract<Fields[keyof Fields], { readonly of: string }>['of'];

/** A row with some columns read. A request for another column reads all of them. */
abstract class ListedRow<Columns extends object> {
  constructor(
    private columns: Partial<Columns>,
    private readonly readWhole: ReadWhole<Columns>,
  ) {}

  column<Name extends keyof Columns>(name: Name): Columns[Name] {
    const value = this.columns[name];
    if (value !== undefined) return value;
    const whole = this.readWhole(this.columns);
    this.columns = whole;
    return whole[name];
  }
}

/**
 * Makes the class of a list's rows: it reads a field from its column, or from the part of the row that it is declared to be of. The list's
 * own class adds what remains. Made once for a list: objects with getters of their own cost several times as much.
 */
export function listedRowOf<Columns extends object, Fields extends ListFields>(fields: Fields) {
  abstract class FieldsRow extends ListedRow<Columns> {
    /** The part of the row that has the fields declared as properties of it. */
    partOf(name: PartOf<Fields>): object {
      throw new TypeError(`The list has no part ${name}.`);
    }
  }
  for (const [name, field] of Object.entries<ListField>(fields)) {
    const get = getterOf<FieldsRow>(name, field);
    if (get !== null) Object.defineProperty(FieldsRow.prototype, propertyOf(name, field), { get });
  }
  return FieldsRow as abstract new (
    ...columns: ConstructorParameters<typeof ListedRow<Columns>>
  ) => FieldsRow & RowProperties<Fields>;
}

interface Readable {
  column(name: never): unknown;
  partOf(name: never): object;
}

/** Null: neither a column nor a part of the row has the field. */
function getterOf<Row extends Readable>(name: string, field: ListField): ((this: Row) => unknown) | null {
  const { kind, of, hasColumn, shown } = field;
  const column = columnNameOf(name, field) as never;
  const property = propertyOf(name, field);
  if (hasColumn === false) {
    if (of === undefined || shown === undefined) return null;
    return function (this: Row) {
      return (this.partOf(of as never) as Readonly<Record<string, unknown>>)[property];
    };
  }
  if (kind === 'POSITION') {
    return function (this: Row) {
      return BigInt(this.column(column) as number);
    };
  }
  return function (this: Row) {
    return this.column(column);
  };
}
