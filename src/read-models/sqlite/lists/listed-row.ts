/** The columns that rows of a list are read from. */
export interface ListedColumns<Name extends string> {
  /** Those that are always read. */
  readonly keys: readonly Name[];
  /** Those that one field is read for. */
  readonly ofField: Readonly<Record<string, Name>>;
  readonly others: readonly Name[];
  /** Fields that need the others. */
  readonly needOthers: readonly string[];
}

/** The columns that these fields need, for a SELECT; all of them where no fields are given. */
export function columnNamesFor(
  { keys, ofField, others, needOthers }: ListedColumns<string>,
  shown: ReadonlySet<string> | null,
): string {
  if (shown === null || needOthers.some((field) => shown.has(field)))
    return [...keys, ...Object.values(ofField), ...others].join(', ');
  const columns = Object.entries(ofField).flatMap(([field, column]) => (shown.has(field) ? [column] : []));
  return [...keys, ...columns].join(', ');
}

/** A row of which some columns were read. What was left out is read by `readWhole`, where it is asked for after all. */
export abstract class ListedRow<Columns extends { readonly id: number }> {
  private readonly columns: Pick<Columns, 'id'> & Partial<Columns>;
  private readonly readWhole: (id: number) => Columns;
  private whole: Columns | null = null;

  constructor(columns: Pick<Columns, 'id'> & Partial<Columns>, readWhole: (id: number) => Columns) {
    this.columns = columns;
    this.readWhole = readWhole;
  }

  get id(): number {
    return this.columns.id;
  }

  protected column<Name extends keyof Columns>(name: Name): Columns[Name] {
    const value = this.columns[name] as Columns[Name] | undefined;
    if (value !== undefined) return value;
    return (this.whole ??= this.readWhole(this.id))[name];
  }
}
