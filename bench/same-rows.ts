import type Database from 'better-sqlite3';

/** A row of a finished read model, with the position of the event that first made it. */
interface PositionedRow {
  readonly position: number;
  readonly table: string;
  readonly values: readonly unknown[];
}

/** The position in the log of each table's rows: the first event of each. */
const positionSql: Readonly<Record<string, string>> = {
  callbacks: 'position',
  poisoned: 'position',
  quarantined: 'position',
  redeliveries: 'callback_position',
  stream_sessions: '(SELECT min(position) FROM callbacks WHERE session_id = row.id)',
  relay_tasks: '(SELECT min(position) FROM callbacks WHERE task_row = row.id)',
  relay_task_sources: '(SELECT min(position) FROM callbacks WHERE task_row = row.task_row)',
  relay_runs: '(SELECT min(position) FROM callbacks WHERE task_row = row.task_row AND at >= row.order_at)',
  relay_task_source_keys: '(SELECT min(position) FROM callbacks WHERE task_row = row.task_row)',
  relay_exit_candidates: 'exit_position',
  relay_files: '(SELECT min(position) FROM callbacks WHERE task_row = row.task_row)',
  relay_alarms: '(SELECT min(position) FROM callbacks WHERE task_row = row.task_row)',
};

/** All rows of a finished read model in the order of the log. */
export function rowsOf(db: Database.Database): PositionedRow[] {
  return Object.entries(positionSql)
    .flatMap(([table, position]) =>
      db
        .prepare<[], unknown[]>(`SELECT ${position}, row.* FROM ${table} AS row`)
        .raw()
        .all()
        .map(([position, ...values]) => ({ position: Number(position), table, values })),
    )
    .sort((one, other) => one.position - other.position);
}

/** Inserts the rows into an empty file, each once; each transaction has the rows of `eventsPerTransaction` events. */
export function insertRows(db: Database.Database, rows: readonly PositionedRow[], eventsPerTransaction: number): void {
  const statements = new Map(
    Object.keys(positionSql).map((table) => {
      const columns = db.prepare(`SELECT * FROM ${table}`).columns().length;
      return [table, db.prepare(`INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`)];
    }),
  );
  let next = 0;
  for (let end = eventsPerTransaction; next < rows.length; end += eventsPerTransaction) {
    db.transaction(() => {
      for (let row = rows[next]; row !== undefined && row.position <= end; row = rows[++next]) {
        statements.get(row.table)?.run(row.values);
      }
    })();
  }
}
