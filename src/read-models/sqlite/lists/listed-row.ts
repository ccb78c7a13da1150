import type { RowStatement } from '../file/read-statements.ts';

/** Columns of a row, of which some may have been left out. */
export type SomeColumns<Columns extends { readonly id: number }> = Pick<Columns, 'id'> & Partial<Columns>;

/** The rows of one page, of which a list has read little. */
export interface ReadAhead<Columns extends { readonly id: number }> {
  /** To be called for each row of the page, in its order. */
  add(id: number): void;
  of(id: number): SomeColumns<Columns>;
}

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

/**
 * A row of which some columns were read. Where another one is asked for, those of `readAhead` are read, and all of them where it is not
 * among these.
 */
export abstract class ListedRow<Columns extends { readonly id: number }> {
  private columns: SomeColumns<Columns>;
  private readonly readWhole: (id: number) => Columns;
  private readAhead: ReadAhead<Columns> | null;

  constructor(
    columns: SomeColumns<Columns>,
    readWhole: (id: number) => Columns,
    readAhead: ReadAhead<Columns> | null = null,
  ) {
    this.columns = columns;
    this.readWhole = readWhole;
    this.readAhead = readAhead;
  }

  get id(): number {
    return this.columns.id;
  }

  protected column<Name extends keyof Columns>(name: Name): Columns[Name] {
    let value = this.columns[name] as Columns[Name] | undefined;
    if (value === undefined && this.readAhead !== null) {
      this.columns = this.readAhead.of(this.id);
      this.readAhead = null;
      value = this.columns[name] as Columns[Name] | undefined;
    }
    if (value === undefined) {
      const whole = this.readWhole(this.id);
      this.columns = whole;
      value = whole[name];
    }
    return value;
  }
}

/**
 * Reads rows with those after them in the page: the first time one row, then twice as many each time, as mostly either few are asked for
 * or all. `statement` selects those whose id is in a JSON list.
 */
export function createReadAhead<Columns extends { readonly id: number }>(
  statement: RowStatement<SomeColumns<Columns>>,
): ReadAhead<Columns> {
  const ids: number[] = [];
  const read = new Map<number, SomeColumns<Columns>>();
  let rowsNext = 1;
  return {
    add: (id) => void ids.push(id),
    of(id) {
      if (!read.has(id)) {
        const begin = ids.indexOf(id);
        const wanted = ids.slice(begin, begin + rowsNext);
        rowsNext *= 2;
        for (const columns of statement.all([JSON.stringify(wanted)])) read.set(columns.id, columns);
      }
      const columns = read.get(id);
      if (columns === undefined) throw new TypeError('A row that was read is missing.');
      return columns;
    },
  };
}
