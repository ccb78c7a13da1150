import type Database from 'better-sqlite3';
import { columnNameOf } from '../../lists/list-fields.ts';
import type { ReadModelPart } from '../../projecting/file/statements.ts';
import { callbackTypes } from '../callback.ts';
import type { ListedType } from './declaration.ts';
import type { ListedValues, OtherCallback } from './other.ts';

/** The types of callbacks that have a list of their own. */
const listedTypes = callbackTypes.flatMap(({ listed }) => listed ?? []);

/** A callback in the list of its type: its position, and the values of its fields. */
interface ListedCallback {
  readonly position: bigint;
  readonly values: Readonly<Record<string, string | number | null>>;
}

const numbers: readonly string[] = ['CODE', 'DURATION', 'SECONDS', 'MILLISECONDS'];

const tableOf = ({ name }: ListedType) => `listed_${columnNameOf(name)}`;

/** The table of a list. */
export function tablesOf(listed: ListedType): ReadModelPart {
  const columns = Object.entries(listed.fields).map(
    ([field, { as }]) => `${columnNameOf(field)} ${numbers.includes(as) ? 'INTEGER' : 'TEXT'}`,
  );
  const table = tableOf(listed);
  return {
    version: listed.version,
    tablesSql: `CREATE TABLE ${table} (position INTEGER PRIMARY KEY, app_id TEXT, sequence TEXT, ${columns.join(', ')}) STRICT;`,
    readerIndexesSql: [`CREATE INDEX ${table}_of_session ON ${table} (sequence, app_id, position)`],
  };
}

/** The tables of all types that have a list of their own. */
export const listedTypeTables: readonly ReadModelPart[] = listedTypes.map(tablesOf);

/** Prepares the statement of each list when it is first used, and keeps it. */
function keptForEach<Statement>(prepare: (listed: ListedType) => Statement): (listed: ListedType) => Statement {
  const statements = new Map<ListedType, Statement>();
  return (listed) => {
    const statement = statements.get(listed) ?? prepare(listed);
    statements.set(listed, statement);
    return statement;
  };
}

/** Prepares the insert of a callback into the list of its type, at its first arrival. */
export function prepareListedInsert(db: Database.Database) {
  const insertOf = keptForEach((listed) => {
    const columns = ['position', 'app_id', 'sequence', ...Object.keys(listed.fields).map(columnNameOf)];
    const marks = columns.map(() => '?').join(', ');
    return db.prepare(`INSERT INTO ${tableOf(listed)} (${columns.join(', ')}) VALUES (${marks})`);
  });
  return (position: bigint, { appId }: Pick<OtherCallback, 'appId'>, { listed, sequence, values }: ListedValues) => {
    insertOf(listed).run(position, appId, sequence, ...Object.values(values));
  };
}

/** Prepares the reading of lists: the callbacks of a session up to a position, the newest first. */
export function prepareListedCallbacks(db: Database.Database) {
  const readOf = keptForEach((listed) => {
    const columns = ['position', ...Object.keys(listed.fields).map(columnNameOf)];
    return db
      .prepare<[string, string, bigint, number], readonly [bigint, ...(string | bigint | null)[]]>(
        `SELECT ${columns.join(', ')} FROM ${tableOf(listed)}
         WHERE sequence = ? AND app_id = ? AND position <= ? ORDER BY position DESC LIMIT +?`,
      )
      .raw()
      .safeIntegers();
  });
  return (listed: ListedType, session: { readonly appId: string; readonly sequence: string }, page: ListedPage) => {
    const fields = Object.keys(listed.fields);
    const rows = readOf(listed).all(session.sequence, session.appId, page.until, page.rowsMax);
    return rows.map(([position, ...columns]): ListedCallback => {
      const values = columns.map((value, index) => [fields[index], typeof value === 'bigint' ? Number(value) : value]);
      return { position, values: Object.fromEntries(values) as ListedCallback['values'] };
    });
  };
}

interface ListedPage {
  readonly until: bigint;
  readonly rowsMax: number;
}
