import type { ActualFields, ByName } from './differences.ts';
import { namedCallbacks } from '../expected/expected-callbacks.ts';
import { quarantinedName } from '../expected/expected-ledger.ts';
import { sessionName } from '../expected/expected-sessions.ts';
import { taskName } from '../expected/expected-tasks.ts';
import type { LedgerClient } from './ledger-client.ts';
import { readAll } from './ledger-pages.ts';

/** What a ledger shows of some accounts, by the names that the expected ledger uses. */
export interface ActualLedger {
  readonly sessions: ByName<ActualFields>;
  readonly tasks: ByName<ActualFields>;
  readonly callbacks: ByName<ActualFields>;
  readonly quarantine: ByName<ActualFields>;
}

export async function readActualLedger(ledger: LedgerClient, appIds: readonly string[]): Promise<ActualLedger> {
  return {
    sessions: await readSessions(ledger, appIds),
    tasks: await readTasks(ledger, appIds),
    callbacks: await readCallbacks(ledger, appIds),
    quarantine: await readQuarantine(ledger, appIds),
  };
}

type Named<Names extends string> = Readonly<Record<Names, string>> & ActualFields;

async function readSessions(ledger: LedgerClient, appIds: readonly string[]): Promise<ByName<ActualFields>> {
  const query = `appId sequence domain path streamId channelId accessPoint userIp streamParam startedAt startedAtSource state endedAt
    pushDurationMs endCode endMessage endCause { side } firstReceivedAt lastReceivedAt deliveries`;
  const sessions = new Map<string, ActualFields>();
  for await (const node of readAll<Named<'appId' | 'sequence'>>(
    ledger,
    { list: 'streamSessions', isFilteredByAccount: true, fields: query },
    appIds,
  )) {
    const { appId, sequence, ...fields } = node;
    sessions.set(unusedName(sessions, sessionName(appId, sequence)), fields);
  }
  return sessions;
}

interface ActualTask extends ActualFields {
  readonly appId: string;
  readonly taskId: string;
  readonly files: readonly ActualFile[];
  readonly runs: readonly (ActualFields & { readonly number: number; readonly files: readonly ActualFile[] })[];
  readonly alarms: readonly (ActualFields & { readonly type: string })[];
  readonly streamSessions: readonly { readonly sequence: string }[];
}

type ActualFile = ActualFields & { readonly index: number };

async function readTasks(ledger: LedgerClient, appIds: readonly string[]): Promise<ByName<ActualFields>> {
  const file = 'index url durationSeconds startedAt finishedAt times';
  const query = `appId taskId state sourceUrls toUrl domain path streamId startedAt exitedAt exitCode exitCodeText exitMessage
    currentFile { index } files { ${file} } alarms { type times firstAt lastAt } streamSessions { sequence }
    runs { number startedAt startReceivedAt exitedAt exitReceivedAt exitCode exitCodeText exitMessage attribution files { ${file} } }`;
  const tasks = new Map<string, ActualFields>();
  const list = { list: 'relayTasks', isFilteredByAccount: true, fields: query } as const;
  for await (const node of readAll<ActualTask>(ledger, list, appIds)) {
    const { appId, taskId, files, runs, alarms, streamSessions, ...fields } = node;
    tasks.set(unusedName(tasks, taskName(appId, taskId)), {
      ...fields,
      files: keyed(files, fileName),
      runs: keyed(
        runs.map((run) => ({ ...run, files: keyed(run.files, fileName) })),
        ({ number }) => `run ${number}`,
        'number',
      ),
      alarms: keyed(alarms, ({ type }) => type, 'type'),
      streamSessions: streamSessions.map(({ sequence }) => sequence).sort(),
    });
  }
  return tasks;
}

interface ActualCallback {
  readonly appId: string;
  readonly eventType: number;
  readonly callbackEvent: string | null;
  readonly occurredAt: string | null;
  readonly receivedAt: string;
  readonly signature: string;
  readonly deliveries: number;
  readonly attribution: string | null;
  readonly streamSession: { readonly sequence: string } | null;
  readonly relayTask: { readonly taskId: string } | null;
}

async function readCallbacks(ledger: LedgerClient, appIds: readonly string[]): Promise<ByName<ActualFields>> {
  const fields = `appId eventType callbackEvent occurredAt receivedAt signature deliveries attribution
    streamSession { sequence } relayTask { taskId }`;
  const callbacks = [];
  const list = { list: 'callbacks', isFilteredByAccount: false, fields } as const;
  for await (const node of readAll<ActualCallback>(ledger, list, appIds)) {
    const { deliveries, signature, receivedAt, attribution, streamSession, relayTask } = node;
    const isNamed = relayTask !== null && attribution === 'BY_TASK_ID';
    const task = isNamed ? `task ${relayTask.taskId}` : null;
    const subject = streamSession === null ? task : `sequence ${streamSession.sequence}`;
    callbacks.push({
      naming: { ...node, subject },
      deliveries,
      fields: { deliveries, signature, receivedAt, attribution, relayTask: relayTask?.taskId ?? null },
    });
  }
  return namedCallbacks(callbacks);
}

interface ActualQuarantined {
  readonly appId: string;
  readonly reason: string;
  readonly signature: string;
}

/** Counts by account, reason and signature, because single forgeries can't be distinguished. */
async function readQuarantine(ledger: LedgerClient, appIds: readonly string[]): Promise<ByName<ActualFields>> {
  const list = { list: 'quarantine', isFilteredByAccount: true, fields: 'appId reason signature' } as const;
  const counts = new Map<string, { count: number }>();
  for await (const { appId, reason, signature } of readAll<ActualQuarantined>(ledger, list, appIds)) {
    const name = quarantinedName(appId, reason, signature);
    counts.set(name, { count: (counts.get(name)?.count ?? 0) + 1 });
  }
  return counts;
}

function fileName({ index }: ActualFile): string {
  return `file ${index}`;
}

/** Turns a list into an object, keyed by a field of its members, which it leaves out of them. */
function keyed<Member extends ActualFields>(
  members: readonly Member[],
  nameOf: (member: Member) => string,
  namingField = 'index',
): ActualFields {
  const named = new Map<string, ActualFields>();
  for (const member of members) {
    const { [namingField]: _name, ...fields } = member as ActualFields;
    named.set(unusedName(named, nameOf(member)), fields);
  }
  return Object.fromEntries(named);
}

/** A free name: if the ledger lists something twice, both stay, and show as a difference. */
function unusedName(taken: ReadonlyMap<string, unknown>, name: string): string {
  return taken.has(name) ? unusedName(taken, `${name} again`) : name;
}
