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

  protected column<Name extends keyof Columns>(name: Name): Columns[Name] {
    const value = this.columns[name] as Columns[Name] | undefined;
    if (value !== undefined) return value;
    const whole = this.readWhole(this.id);
    this.columns = whole;
    return whole[name];
  }
}
