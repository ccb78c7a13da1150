import {
  columnNameOf,
  fieldsWithColumn,
  namesOf,
  propertyOf,
  type ListField,
  type ListedProperties,
  type ListFields,
} from '../list-fields.ts';

/** Columns of a row, some of which may be missing. */
export type SomeColumns<Columns extends { readonly id: number }> = Pick<Columns, 'id'> & Partial<Columns>;

/** The columns that rows of a list are read from. */
export interface ListedColumns<Name extends string> {
  /** Columns that are always read. */
  readonly keys: readonly Name[];
  /** The column read for each of these fields. */
  readonly ofField: Readonly<Record<string, Name>>;
  readonly others: readonly Name[];
  /** Fields that need all other columns. */
  readonly needOthers: readonly string[];
}

/** The columns that these fields need, for a SELECT; all columns if no fields are given. */
export function columnNamesFor(
  { keys, ofField, others, needOthers }: ListedColumns<string>,
  shown: ReadonlySet<string> | null,
): string {
  if (shown === null || needOthers.some((field) => shown.has(field)))
    return [...keys, ...Object.values(ofField), ...others].join(', ');
  const columns = Object.entries(ofField).flatMap(([field, column]) => (shown.has(field) ? [column] : []));
  return [...keys, ...columns].join(', ');
}

/** A row with some columns read. A request for another column reads all of them. */
export abstract class ListedRow<Columns extends { readonly id: number }> {
  private columns: SomeColumns<Columns>;
  private readonly readWhole: (id: number) => Columns;

  constructor(columns: SomeColumns<Columns>, readWhole: (id: number) => Columns) {
    this.columns = columns;
    this.readWhole = readWhole;
  }

  get id(): number {
    return this.columns.id;
  }

  column<Name extends keyof Columns>(name: Name): Columns[Name] {
    const value = this.columns[name] as Columns[Name] | undefined;
    if (value !== undefined) return value;
    const whole = this.readWhole(this.id);
    this.columns = whole;
    return whole[name];
  }
}

/** How rows of a list are read: columns always read, columns read with all others only, and fields of the schema that need those. */
export function listedColumnsOf<Key extends string, Other extends string>(
  fields: ListFields,
  { keys, others, needOthers }: { keys: readonly Key[]; others: readonly Other[]; needOthers: readonly string[] },
): ListedColumns<string> {
  const columns = fieldsWithColumn(fields).map((name) => [name, columnNameOf(name)] as const);
  const notAlways = columns.filter(([, column]) => !(keys as readonly string[]).includes(column));
  const withoutColumn = namesOf(fields, ({ hasColumn }) => hasColumn === false);
  return { keys, ofField: Object.fromEntries(notAlways), others, needOthers: [...needOthers, ...withoutColumn] };
}

/**
 * Makes the class of a list's rows: it reads a field from its column, or from `partOf` if it has none. Made once for a list: objects with
 * getters of their own cost several times as much.
 */
export function listedRowOf<Columns extends { readonly id: number }, Fields extends ListFields>(fields: Fields) {
  abstract class FieldsRow extends ListedRow<Columns> {
    /** The part of the row that has the fields declared as properties of it. */
    abstract partOf(name: string | undefined): object;
  }
  for (const [name, field] of Object.entries<ListField>(fields)) {
    const [property, column] = [propertyOf(name, field), columnNameOf(name) as keyof Columns & string];
    const get =
      field.hasColumn === false
        ? function (this: FieldsRow): unknown {
            return (this.partOf(field.of) as Readonly<Record<string, unknown>>)[property];
          }
        : function (this: FieldsRow): unknown {
            return this.column(column);
          };
    if (field.hasColumn !== false || field.shown !== undefined)
      Object.defineProperty(FieldsRow.prototype, property, { get });
  }
  return FieldsRow as abstract new (
    ...columns: ConstructorParameters<typeof ListedRow<Columns>>
  ) => FieldsRow & ListedProperties<Fields>;
}
