import type { RowStatement } from '../../projecting/file/statements.ts';
import type { KeptTexts } from '../../projecting/rows.ts';

/** Columns of a row, some of which may be missing. */
export type SomeColumns<Columns extends { readonly id: number }> = Pick<Columns, 'id'> & Partial<Columns>;

/** The rows of a page whose columns were not all read. */
export interface ReadAhead<Columns extends { readonly id: number }> {
  /** Called for each row of the page, in order. */
  add(id: number): void;
  of(id: number): SomeColumns<Columns>;
}

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

/** A row with some columns read. A request for another column reads those of `readAhead`, or all of them if the row is not in it. */
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
 * Reads a row together with the rows after it in the page: first one row, then twice as many each time, because callers mostly ask for a
 * few rows or for all. `statement` selects the rows whose id is in a JSON list.
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

/** Cached texts of the rows of one file, valid as long as the row's state is unchanged. */
export interface RowTexts {
  /** `state`: everything that a row is made from, as stored in its columns. Texts of another state are dropped. */
  of(id: number, state: string): KeptTexts;
}

/** Characters, mostly one byte each: enough for about 16,000 rows of about 1,000 characters. */
const charactersMax = 16 * 1024 * 1024;

/** Approximate overhead of a row besides its texts. */
const charactersPerRow = 300;

/** Drops all texts if they would exceed `charactersMax`: texts still in use are soon cached again. */
export function createRowTexts(): RowTexts {
  const rows = new Map<number, TextsOfState>();
  let characters = 0;
  const note = (more: number) => {
    characters += more;
    if (characters <= charactersMax) return;
    rows.clear();
    characters = 0;
  };
  return {
    of(id, state) {
      const known = rows.get(id);
      if (known?.state === state) return known;
      if (known !== undefined) characters -= known.characters;
      const texts = new TextsOfState(state, note);
      rows.set(id, texts);
      note(texts.characters);
      return texts;
    },
  };
}

class TextsOfState implements KeptTexts {
  readonly state: string;
  characters: number;
  private readonly note: (more: number) => void;
  private readonly texts = new Map<number, string>();

  constructor(state: string, note: (more: number) => void) {
    this.state = state;
    this.characters = state.length + charactersPerRow;
    this.note = note;
  }

  get(number: number): string | undefined {
    return this.texts.get(number);
  }

  set(number: number, text: string): void {
    this.texts.set(number, text);
    this.characters += text.length;
    this.note(text.length);
  }
}
