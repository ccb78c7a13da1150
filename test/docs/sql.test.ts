import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { openQuestionsLedger } from '../support/questions-ledger.ts';
import { runCommand } from '../support/run-command.ts';
import type { RunningApp } from '../support/running-app.ts';

/** What docs/sql.md asks is run as it is printed there, and compared with the answer of GraphQL. */

const page = readFileSync(new URL('../../docs/sql.md', import.meta.url), 'utf8');
const questions = [...page.matchAll(/^### ([^\n]*)\n\n```sql\n(.*?)```$/gms)].map(([, question = '', sql = '']) => ({
  question,
  sql,
}));

type Row = Readonly<Record<string, unknown>>;

/** The same questions in GraphQL, and the rows of their answers, in the order of SQL's. */
const answers: Readonly<
  Record<string, { readonly query: string; readonly rowsOf: (nodes: readonly Row[]) => readonly Row[] }>
> = {
  'What is live now?': {
    query: '{ list: streamSessions(filter: { state: { eq: LIVE } }) { nodes { domain streamId startedAt userIp } } }',
    rowsOf: (nodes) =>
      nodes.map(({ domain, streamId, startedAt, userIp }) => ({
        domain,
        stream_id: streamId,
        started_at: startedAt,
        user_ip: userIp,
      })),
  },
  'Which pushes ended last night, and why?': {
    query: `{ list: streamSessions(filter: { state: { eq: ENDED }, endedAt: { gte: "2026-11-20T18:00:00Z" } }, orderBy: { field: ENDED_AT, direction: ASC }) {
      nodes { streamId endedAt endCause { side } endCode pushDurationMs } } }`,
    rowsOf: (nodes) =>
      nodes.map(({ streamId, endedAt, endCause, endCode, pushDurationMs }) => ({
        stream_id: streamId,
        ended_at: endedAt,
        end_side: (endCause as Row)['side'],
        end_code: endCode,
        push_duration_ms: pushDurationMs,
      })),
  },
  'How many pushes began, by domain and day?': {
    query: `{ list: streamSessionStatistics(from: "2026-11-16T00:00:00Z", to: "2026-11-22T00:00:00Z", groupBy: [DAY, DOMAIN]) {
      nodes: rows { from domain began } } }`,
    rowsOf: (nodes) =>
      nodes
        .filter(({ began }) => began !== 0)
        .map(({ from, domain, began }) => ({ day: String(from).slice(0, 10), domain, pushes: began })),
  },
  'Which streams flap?': {
    query: `{ list: broadcasts(orderBy: { field: RECONNECTS, direction: DESC }) { nodes { streamId startedAt reconnects longestGapMs } } }`,
    rowsOf: (nodes) =>
      nodes
        .filter(({ reconnects }) => Number(reconnects) > 0)
        .map(({ streamId, startedAt, reconnects, longestGapMs }) => ({
          stream_id: streamId,
          started_at: startedAt,
          reconnects,
          longest_gap_ms: longestGapMs,
        })),
  },
  'Which pushes were refused, and from where?': {
    query: '{ list: refusedPushes { nodes { at streamId endCode userIp message } } }',
    rowsOf: (nodes) =>
      nodes.map(({ at, streamId, endCode, userIp, message }) => ({
        at,
        stream_id: streamId,
        end_code: endCode,
        user_ip: userIp,
        message,
      })),
  },
  'Which relays run, and what do they play?': {
    query:
      '{ list: relayTasks(filter: { state: { eq: RUNNING } }) { nodes { taskId streamId currentFile { url startedAt } } } }',
    rowsOf: (nodes) =>
      nodes.map(({ taskId, streamId, currentFile }) => ({
        task_id: taskId,
        stream_id: streamId,
        url: (currentFile as Row | null)?.['url'] ?? null,
        started_at: (currentFile as Row | null)?.['startedAt'] ?? null,
      })),
  },
  'With which codes did relays exit this week?': {
    query: `{ list: relayTaskStatistics(from: "2026-11-16T00:00:00Z", to: "2026-11-22T00:00:00Z", groupBy: [EXIT_CODE]) {
      nodes: rows { exitCode exits } } }`,
    rowsOf: (nodes) =>
      nodes
        .filter(({ exitCode }) => exitCode !== null)
        .map(({ exitCode, exits }) => ({ exit_code: exitCode, exits }))
        .sort(
          (one, other) => Number(other.exits) - Number(one.exits) || Number(one.exit_code) - Number(other.exit_code),
        ),
  },
  'What has arrived since eleven?': {
    query: `{ list: callbacks(filter: { receivedAt: { gte: "2026-11-21T11:00:00Z" } }, orderBy: { field: RECEIVED_AT, direction: DESC }) {
      nodes { kind receivedAt domain streamId } } }`,
    rowsOf: (nodes) =>
      nodes.map(({ kind, receivedAt, domain, streamId }) => ({
        kind,
        received_at: receivedAt,
        domain,
        stream_id: streamId,
      })),
  },
  'Which callbacks came late, or more than once?': {
    query: `{ list: callbacks(first: 200, orderBy: { field: RECORDED, direction: ASC }) {
      nodes { position kind streamId deliveries occurredAt receivedAt } } }`,
    rowsOf: (nodes) =>
      nodes
        .filter(
          ({ deliveries, occurredAt, receivedAt }) =>
            Number(deliveries) > 1 || Date.parse(String(receivedAt)) - Date.parse(String(occurredAt)) > 300_000,
        )
        .map(({ position, kind, streamId, deliveries, occurredAt, receivedAt }) => ({
          position: Number(position),
          kind,
          stream_id: streamId,
          deliveries,
          occurred_at: occurredAt,
          received_at: receivedAt,
        })),
  },
  'What belongs to one push?': {
    query: `{ list: streamSession(sequence: "7100000000000000018") { callbacks { nodes { position kind callbackEvent occurredAt } } } }`,
    rowsOf: (nodes) =>
      nodes.toReversed().map(({ position, kind, callbackEvent, occurredAt }) => ({
        position: Number(position),
        kind,
        callback_event: callbackEvent,
        occurred_at: occurredAt,
      })),
  },
  'What is in quarantine?': {
    query: '{ list: quarantine { nodes { reason status receivedAt } } }',
    rowsOf: (nodes) =>
      nodes.map(({ reason, status, receivedAt }) => ({ reason, status, callbacks: 1, newest: receivedAt })),
  },
};

let running: RunningApp;
beforeAll(async () => {
  running = await openQuestionsLedger();
});
afterAll(() => running.close());

describe('docs/sql.md', () => {
  test('has at least ten questions, each with one in GraphQL', () => {
    expect(questions.length).toBeGreaterThanOrEqual(10);
    expect(questions.map(({ question }) => question)).toEqual(Object.keys(answers));
  });

  test.each(questions)('$question', async ({ question, sql }) => {
    const { query, rowsOf } = answers[question] ?? { query: '', rowsOf: () => [] };
    const { data, errors } = await running.ask(query);
    expect(errors).toBeUndefined();
    const list = data?.['list'] as { nodes?: readonly Row[]; callbacks?: { nodes: readonly Row[] } };
    const args = ['sql', '--json', '--data-dir', running.dataDir, '--seconds', '3600', sql];
    const { status, stdout, stderr } = await runCommand(args, { LIVE_LEDGER_SQL_CHILD: '1' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
    expect(rows).toEqual(rowsOf(list.nodes ?? list.callbacks?.nodes ?? []));
    expect(rows.length).toBeGreaterThan(0);
  });
});
