import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { AnalysisQuestion } from '../src/read-models/analysis/questions.ts';
import type { SessionStatisticsQuestion } from '../src/read-models/analysis/session-statistics.ts';
import { createAnalyst } from '../src/read-models/sqlite/analysis/analyse.ts';
import { leastValue } from '../src/read-models/sqlite/lists/list-definition.ts';
import { toFoldText } from '../src/read-models/sqlite/stream-sessions/stream-session-table.ts';
import { openReadModelForReading, openReadModelForWriting } from '../src/read-models/sqlite/file/read-model-file.ts';
import { printHead, printRow, summarise } from './measure.ts';

/**
 * Processor time that statistics and concurrency take, by window and by the size of the ledger: they wait for nothing, so on a
 * machine of their own that is how long they take.
 */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, sessions: { type: 'string', default: '10000,200000' } },
});
const rounds = Number(values.rounds);
const dayMs = 86_400_000;
const days = 90;
const beginsAt = Date.UTC(2026, 0, 1);
const endsAt = beginsAt + days * dayMs;

const everything = { and: [] } as const;
const statistics = (fromMs: number, toMs: number, rest: Partial<SessionStatisticsQuestion> = {}): AnalysisQuestion => ({
  kind: 'streamSessionStatistics',
  condition: everything,
  window: { fromMs, toMs },
  dimensions: [],
  period: null,
  timeZone: 'Europe/Berlin',
  order: { by: 'GROUP', descending: false },
  rowsMax: 500,
  wantsReconnects: false,
  ...rest,
});
const concurrency = (fromMs: number, toMs: number, stepMs: number): AnalysisQuestion => ({
  kind: 'concurrency',
  condition: everything,
  window: { fromMs, toMs },
  stepMs,
});
const [lastMonth, lastDay, earlyDay] = [endsAt - 30 * dayMs, endsAt - dayMs, beginsAt + 10 * dayMs];
const ofDomain = { field: 'domain', operator: 'eq', value: 'push3.example.com' } as const;
const ofStream = { field: 'streamId', operator: 'eq', value: 's7' } as const;
const questions: readonly (readonly [name: string, question: AnalysisQuestion])[] = [
  ['the last day', statistics(lastDay, endsAt)],
  ['the last day by domain and hour', statistics(lastDay, endsAt, { dimensions: ['DOMAIN'], period: 'HOUR' })],
  ['a day 80 days ago', statistics(earlyDay, earlyDay + dayMs)],
  ['30 days', statistics(lastMonth, endsAt)],
  ['30 days, with reconnects', statistics(lastMonth, endsAt, { wantsReconnects: true })],
  ['30 days by domain and day', statistics(lastMonth, endsAt, { dimensions: ['DOMAIN'], period: 'DAY' })],
  ['30 days, of a domain', statistics(lastMonth, endsAt, { condition: ofDomain })],
  ['90 days, of a stream', statistics(beginsAt, endsAt, { condition: ofStream })],
  ['concurrency of the last day, by minute', concurrency(lastDay, endsAt, 60_000)],
  ['concurrency of a day 80 days ago', concurrency(earlyDay, earlyDay + dayMs, 60_000)],
  ['concurrency of 30 days, by half hour', concurrency(lastMonth, endsAt, 1_800_000)],
];

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
try {
  printHead();
  for (const sessions of values.sessions.split(',').map(Number)) {
    const file = path.join(folder, `read-model-${sessions}.sqlite`);
    fill(file, sessions);
    const db = openReadModelForReading(file);
    for (const [name, question] of questions) {
      const times = Array.from({ length: rounds }, () => {
        const before = process.cpuUsage();
        // A new one each time: it keeps no answer of the round before.
        createAnalyst(db).answer([question], { isCancelled: () => false, nowMs: endsAt, msMax: 60_000 });
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1_000;
      });
      printRow(`${sessions} sessions: ${name}`, summarise(times), 'ms');
    }
    db.close();
    rmSync(file);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The same history for the same number: of 1,000 sessions 10 lack their end, 1 in 20 lasts for most of a day or longer. */
function fill(file: string, sessions: number): void {
  const db = openReadModelForWriting(file, 'bench');
  let state = 7;
  const below = (bound: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  const insert = db.prepare(
    `INSERT INTO stream_sessions (app_id, sequence, domain, path, stream_id, user_ip, node, state, started_at,
       started_at_source, ended_at, push_duration_ms, end_code, end_side, stream_key, ordered_at, sequence_order,
       changed_position, changed_ordinal, first_position, ended_order, session)
     VALUES (@appId, @sequence, @domain, 'live', @streamId, @userIp, @node, @state, @startedAt,
       'PUSH_CALLBACK', @endedAt, @durationMs, @endCode, @endSide, @streamKey, @startedAt, @sequence,
       @changed, 0, @first, @endedOrder, @session)`,
  );
  const session = foldText();
  const [codes, sides] = [
    [1, 2, 14, 21],
    ['CLIENT', 'CLIENT', 'NETWORK', 'OPERATOR'],
  ];
  db.transaction(() => {
    for (let index = 0; index < sessions; index += 1) {
      const startedAt = beginsAt + Math.floor((index / sessions) * days * 86_400) * 1_000;
      const kind = below(20);
      const durationMs = 1_000 * (kind === 0 ? 40_000 + below(130_000) : kind < 4 ? below(14_400) : 60 + below(3_600));
      const isLost = below(100) === 0;
      const endedAt = isLost || startedAt + durationMs >= endsAt ? null : startedAt + durationMs;
      const [stream, end] = [below(20_000), below(4)];
      insert.run({
        appId: String(1_000 + (stream % 5)),
        sequence: String(6_000_000_000_000_000_000n + BigInt(index)),
        domain: `push${stream % 20}.example.com`,
        streamId: `s${stream}`,
        userIp: `10.${stream % 50}.${below(200)}.1`,
        node: `100.1.1.${below(50)}`,
        state: endedAt !== null ? 'ENDED' : isLost ? 'SUPERSEDED' : 'LIVE',
        startedAt,
        endedAt,
        endedOrder: endedAt ?? leastValue,
        durationMs: endedAt === null ? null : durationMs,
        endCode: endedAt === null ? null : codes[end],
        endSide: endedAt === null ? null : sides[end],
        streamKey: JSON.stringify([
          String(1_000 + (stream % 5)),
          `push${stream % 20}.example.com`,
          'live',
          `s${stream}`,
        ]),
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
    domain: 'push3.example.com',
    path: 'live',
    streamId: 's12345',
    channelId: 's12345',
    node: '100.1.1.1',
    userIp: '10.1.2.3',
    streamParam: 'txSecret=5c1c9f4a5c1c9f4a5c1c9f4a5c1c9f4a&txTime=6B0E1A7F',
  };
  const push = { occurredAtMs: beginsAt, digest: 'f'.repeat(64), facts };
  const end = { ...push, pushDurationMs: 60_000, endCode: 1, endMessage: 'The push client actively stopped the push' };
  return toFoldText({
    appId: '',
    sequence: '',
    push,
    end,
    firstReceivedAtMs: beginsAt,
    lastReceivedAtMs: beginsAt,
    deliveries: 2,
    closedAtMs: null,
  });
}
