import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Condition, PageRequest, StreamSessionField, StreamSessionOrder } from '../src/read-models/listing.ts';
import { leastValue } from '../src/read-models/sqlite/lists/list-definition.ts';
import { toFoldText } from '../src/read-models/sqlite/stream-sessions/stream-session-table.ts';
import { openReadModelForReading, openReadModelForWriting } from '../src/read-models/sqlite/file/read-model-file.ts';
import { createSqliteReadModelReader } from '../src/read-models/sqlite/sqlite-read-model-reader.ts';
import { LedgerError } from '../src/kernel/errors.ts';
import { microsecondsEach, printHead, printRow, summarise } from './measure.ts';

/** How long lists block their thread: those that an index serves, and those that examine as many rows as they may. */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, sessions: { type: 'string', default: '300000' } },
});
const [rounds, sessions] = [Number(values.rounds), Number(values.sessions)];
const beginsAt = 1_600_000_000_000;

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
try {
  const file = path.join(folder, 'read-model.sqlite');
  fill(file);
  const db = openReadModelForReading(file);
  const reader = createSqliteReadModelReader(db);
  const eq = (field: StreamSessionField, value: string | number) => ({ field, operator: 'eq', value }) as const;
  const since = { field: 'startedAt', operator: 'gte', value: beginsAt + (sessions - 9_000) * 1_000 } as const;
  const lists: [name: string, by: StreamSessionOrder, condition: Condition<StreamSessionField>, rowsMax?: number][] = [
    ['served: 500 of all', 'STARTED_AT', { and: [] }, 500],
    ['served: 50 of all', 'STARTED_AT', { and: [] }],
    ['served: 50 of a domain', 'STARTED_AT', eq('domain', 'push3.example.com')],
    ['served: 50 of a user ip', 'STARTED_AT', eq('userIp', '10.3.4.1')],
    [
      'looked at: live ones of a domain',
      'STARTED_AT',
      { and: [eq('state', 'LIVE'), eq('domain', 'push3.example.com')] },
    ],
    ['looked at: one access point of 50', 'STARTED_AT', eq('node', '100.1.1.7')],
    ['looked at: 9,000 by their duration', 'PUSH_DURATION', since],
    ['looked at: 6,000 all over the file by their duration', 'PUSH_DURATION', eq('state', 'LIVE')],
    ['given up after 10,000', 'STARTED_AT', eq('node', 'nowhere')],
  ];
  printHead();
  let peer: number | undefined;
  for (const [name, by, condition, rowsMax = 50] of lists) {
    for (const countMax of [null, 10_000]) {
      const times = Array.from(
        { length: rounds },
        () =>
          microsecondsEach(1, () => {
            ask({ condition, order: { by, descending: true }, direction: 'forwards', from: null, rowsMax, countMax });
          }) / 1_000,
      );
      const summary = summarise(times);
      peer ??= summary.median;
      printRow(countMax === null ? name : `${name}, counted`, summary, 'ms', summary.median / peer);
    }
  }
  db.close();

  function ask(request: Omit<PageRequest<StreamSessionField, StreamSessionOrder>, 'budget'>): void {
    let rowsLeft = 30_000;
    const budget = {
      get rowsLeft() {
        return rowsLeft;
      },
      spend: (rows: number) => void (rowsLeft -= rows),
    };
    try {
      reader.streamSessions({ ...request, budget });
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Sessions as rows, with as much of a fold as one has; 96 of 100 have ended. */
function fill(file: string): void {
  const db = openReadModelForWriting(file, 'bench');
  const below = (bound: number) => Math.floor(Math.random() * bound);
  const insert = db.prepare(
    `INSERT INTO stream_sessions (app_id, sequence, domain, path, stream_id, user_ip, node, state, started_at, ended_at,
       push_duration_ms, end_code, end_side, ordered_at, sequence_order, changed_position, changed_ordinal,
       first_position, ended_order, session)
     VALUES (@appId, @sequence, @domain, 'live', @streamId, @userIp, @node, @state, @startedAt, @endedAt, @durationMs,
       @endCode, @endSide, @startedAt, @sequence, @changed, 0, @first, @endedOrder, @session)`,
  );
  const session = foldText();
  db.transaction(() => {
    for (let index = 0; index < sessions; index += 1) {
      const ended = below(100) < 96;
      const startedAt = beginsAt + index * 1_000;
      const durationMs = ended ? below(7_200_000) : null;
      insert.run({
        appId: String(1_000 + below(5)),
        sequence: String(6_000_000_000_000_000_000n + BigInt(index)),
        domain: `push${below(20)}.example.com`,
        streamId: `s${below(20_000)}`,
        userIp: `10.${below(50)}.${below(200)}.1`,
        node: `100.1.1.${below(50)}`,
        state: ended ? 'ENDED' : below(2) === 0 ? 'LIVE' : 'SUPERSEDED',
        startedAt,
        endedAt: durationMs === null ? null : startedAt + durationMs,
        endedOrder: durationMs === null ? leastValue : startedAt + durationMs,
        durationMs,
        endCode: ended ? [1, 2, 14, 21][below(4)] : null,
        endSide: ended ? 'CLIENT' : null,
        first: 2 * index + 1,
        changed: 2 * index + 2,
        session,
      });
    }
  })();
  db.close();
}

/** The fold of a session that has ended, as long as they are. */
function foldText(): string {
  const facts = {
    domain: 'push1.example.com',
    path: 'live',
    streamId: 's1000',
    channelId: 's1000',
    node: '100.1.1.10',
    userIp: '10.10.100.1',
    streamParam: `txSecret=${'0'.repeat(32)}&txTime=6956FC70`,
  };
  const push = { occurredAtMs: beginsAt, digest: 'd'.repeat(32), facts };
  return toFoldText({
    appId: '1000',
    sequence: '6000000000000000000',
    push,
    end: { ...push, pushDurationMs: 60_000, endCode: 1, endMessage: 'the end of the stream' },
    firstReceivedAtMs: beginsAt,
    lastReceivedAtMs: beginsAt,
    deliveries: 2,
    closedAtMs: null,
  });
}
