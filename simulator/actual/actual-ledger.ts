import type { FoundFields, Things } from './differences.ts';
import { namedCallbacks } from '../expected/expected-callbacks.ts';
import { quarantinedName } from '../expected/expected-ledger.ts';
import { sessionName } from '../expected/expected-sessions.ts';
import { taskName } from '../expected/expected-tasks.ts';
import type { LedgerClient } from './ledger-client.ts';
import { readAll } from './ledger-pages.ts';

/** What a ledger tells of some accounts, by the names that the expected has. */
export interface ActualLedger {
  readonly sessions: Things<FoundFields>;
  readonly tasks: Things<FoundFields>;
  readonly callbacks: Things<FoundFields>;
  readonly quarantine: Things<FoundFields>;
}

export async function readLedger(ledger: LedgerClient, appIds: readonly string[]): Promise<ActualLedger> {
  return {
    sessions: await readSessions(ledger, appIds),
    tasks: await readTasks(ledger, appIds),
    callbacks: await readCallbacks(ledger, appIds),
    quarantine: await readQuarantine(ledger, appIds),
  };
}

type Named<Names extends string> = Readonly<Record<Names, string>> & FoundFields;

async function readSessions(ledger: LedgerClient, appIds: readonly string[]): Promise<Things<FoundFields>> {
  const fields = `appId sequence domain path streamId channelId node userIp streamParam startedAt startedAtSource state endedAt
    pushDurationMs endCode endMessage endCause { side } firstReceivedAt lastReceivedAt deliveries`;
  const sessions = new Map<string, FoundFields>();
  for await (const node of readAll<Named<'appId' | 'sequence'>>(
    ledger,
    { list: 'streamSessions', isFilteredByAccount: true, fields },
    appIds,
  )) {
    const { appId, sequence, ...told } = node;
    sessions.set(freeName(sessions, sessionName(appId, sequence)), told);
  }
  return sessions;
}

interface FoundTask extends FoundFields {
  readonly appId: string;
  readonly taskId: string;
  readonly files: readonly FoundFile[];
  readonly runs: readonly (FoundFields & { readonly number: number; readonly files: readonly FoundFile[] })[];
  readonly alarms: readonly (FoundFields & { readonly type: string })[];
  readonly streamSessions: readonly { readonly sequence: string }[];
}

type FoundFile = FoundFields & { readonly index: number };

async function readTasks(ledger: LedgerClient, appIds: readonly string[]): Promise<Things<FoundFields>> {
  const file = 'index url durationSeconds startedAt finishedAt times';
  const fields = `appId taskId state sourceUrls toUrl domain path streamId startedAt exitedAt exitCode exitCodeText exitMessage
    currentFile { index } files { ${file} } alarms { type times firstAt lastAt } streamSessions { sequence }
    runs { number startedAt startReceivedAt exitedAt exitReceivedAt exitCode exitCodeText exitMessage attribution files { ${file} } }`;
  const tasks = new Map<string, FoundFields>();
  const list = { list: 'relayTasks', isFilteredByAccount: true, fields } as const;
  for await (const node of readAll<FoundTask>(ledger, list, appIds)) {
    const { appId, taskId, files, runs, alarms, streamSessions, ...told } = node;
    tasks.set(freeName(tasks, taskName(appId, taskId)), {
      ...told,
      files: byName(files, fileName),
      runs: byName(
        runs.map((run) => ({ ...run, files: byName(run.files, fileName) })),
        ({ number }) => `run ${number}`,
        'number',
      ),
      alarms: byName(alarms, ({ type }) => type, 'type'),
      streamSessions: streamSessions.map(({ sequence }) => sequence).sort(),
    });
  }
  return tasks;
}

interface FoundCallback {
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

async function readCallbacks(ledger: LedgerClient, appIds: readonly string[]): Promise<Things<FoundFields>> {
  const fields = `appId eventType callbackEvent occurredAt receivedAt signature deliveries attribution
    streamSession { sequence } relayTask { taskId }`;
  const callbacks = [];
  const list = { list: 'callbacks', isFilteredByAccount: false, fields } as const;
  for await (const node of readAll<FoundCallback>(ledger, list, appIds)) {
    const { deliveries, signature, receivedAt, attribution, streamSession, relayTask } = node;
    const isNamed = relayTask !== null && attribution === 'BY_TASK_ID';
    const task = isNamed ? `task ${relayTask.taskId}` : null;
    const of = streamSession === null ? task : `sequence ${streamSession.sequence}`;
    callbacks.push({
      naming: { ...node, of },
      deliveries,
      fields: { deliveries, signature, receivedAt, attribution, relayTask: relayTask?.taskId ?? null },
    });
  }
  return namedCallbacks(callbacks);
}

interface FoundHeld {
  readonly appId: string;
  readonly reason: string;
  readonly signature: string;
}

/** How many there are by account, reason and signature: of what nobody proved, no single one can be told from another. */
async function readQuarantine(ledger: LedgerClient, appIds: readonly string[]): Promise<Things<FoundFields>> {
  const list = { list: 'quarantine', isFilteredByAccount: true, fields: 'appId reason signature' } as const;
  const counts = new Map<string, { held: number }>();
  for await (const { appId, reason, signature } of readAll<FoundHeld>(ledger, list, appIds)) {
    const name = quarantinedName(appId, reason, signature);
    counts.set(name, { held: (counts.get(name)?.held ?? 0) + 1 });
  }
  return counts;
}

function fileName({ index }: FoundFile): string {
  return `file ${index}`;
}

/** A list keyed by what tells its members apart; the field that does is left out. */
function byName<Member extends FoundFields>(
  members: readonly Member[],
  nameOf: (member: Member) => string,
  namingField = 'index',
): FoundFields {
  const named = new Map<string, FoundFields>();
  for (const member of members) {
    const { [namingField]: _name, ...fields } = member as FoundFields;
    named.set(freeName(named, nameOf(member)), fields);
  }
  return Object.fromEntries(named);
}

/** What the ledger tells twice is kept twice, and so is a difference. */
function freeName(taken: ReadonlyMap<string, unknown>, name: string): string {
  return taken.has(name) ? freeName(taken, `${name} again`) : name;
}
