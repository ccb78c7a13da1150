import { readArrival, type Arrival } from '../../callbacks/arrival.ts';
import { interpret, sendableFromMs, namesOf } from '../../callbacks/callback.ts';
import { isOutsideReadModels } from '../../callbacks/event-naming.ts';
import { parseJsonObject } from '../../callbacks/json-object.ts';
import { adviceOnDamage, describeDiskFault } from '../../kernel/disk.ts';
import { LogUnusable, type RecordedEvent } from '../../log/event-store.ts';
import type { TrialFailure } from '../../log/eventstoredb/server-check.ts';
import type { EventStoreDbSettings } from '../../log/eventstoredb/settings.ts';
import { howToFinish, whatIsUnfinished } from '../../log/ledger-events.ts';
import { isDataDirInUse } from '../../log/sqlite/data-dir-lock.ts';
import { readNewestEvents } from '../../log/sqlite/sqlite-event-store.ts';
import {
  hasLog,
  isRestoreUnfinished,
  isRetentionUnfinished,
  logFolder,
  unfinishedRetention,
} from '../../node/data-dir.ts';
import { readDiscard } from '../../quarantine/quarantine-events.ts';
import { discardedType, quarantineReasonOf, type Quarantined, explain } from '../../quarantine/quarantine.ts';
import type { Settings } from '../../settings/settings.ts';
import { unfinishedImportIn } from '../verify.ts';
import { fine, toDo, type Finding } from './setup-check.ts';
import { keysNotSet, PersonalKeyMissing, readKeys } from '../../log/sealing/key-files.ts';
import { keyNameOf } from '../../log/sealing/sealed-event.ts';
import { readPendingErasure } from '../../erasure/erase.ts';

/** Newest events that are examined: a second of work, and minutes to months of callbacks. */
const eventsExaminedMax = 20_000;

/** Pairs of domain and type that are listed. More would hide the other findings. */
const listedMax = 50;

/** Milliseconds by which CSS sets `t` ahead of its clock. */
const stampAheadMs = 600_000;

/** Milliseconds that our clock may differ before it is reported. From 5 minutes on, signed callbacks are quarantined. */
const clockDifferenceMsMax = 60_000;

/** Milliseconds of a normal delay from a callback's time to its arrival, as in the alert on late callbacks. */
const delayMsMax = 60_000;

/** Milliseconds after its time from which a callback without a proof is an example, made up or imported, and says nothing of delay and clock. */
const oldMsMin = 86_400_000;

interface Seen {
  readonly domain: string;
  readonly type: string;
  readonly receivedAtMs: number;
  readonly delayMs: number | null;
  /** Milliseconds that our clock is ahead of that of CSS, by `t`, delivery included. */
  readonly aheadMs: number | null;
}

/** Findings from the newest events, newest first: the last callback of each domain and type, delays, the clocks, and quarantine. */
export function checkCallbacks(newest: Iterable<RecordedEvent>, nowMs: number): Finding[] {
  const last = new Map<string, Seen>();
  const [delays, clocks]: [number[], number[]] = [[], []];
  const waiting = new Waiting();
  for (const event of newest) {
    const arrival = readArrival(event.metadata);
    waiting.note(event, arrival);
    const seen = arrival === null ? null : see(event, arrival);
    if (seen === null) continue;
    // A callback in quarantine for its `t` has a correct sign, so its `t` is by the clock of CSS.
    if (seen.aheadMs !== null) clocks.push(seen.aheadMs);
    if (isOutsideReadModels(event.streamName)) continue;
    const key = `${seen.domain} ${seen.type}`;
    if (!last.has(key)) last.set(key, seen);
    if (seen.delayMs !== null) delays.push(seen.delayMs);
  }
  const lasts = [...last.values()].slice(0, listedMax).map(({ domain, type, receivedAtMs }) => {
    const at = new Date(receivedAtMs).toISOString();
    return fine('last callback', `${domain}, ${type}: ${at}, ${Math.round((nowMs - receivedAtMs) / 1_000)} s ago`);
  });
  const some = lasts.length > 0 ? lasts : [none(waiting)];
  return [...some, ...checkDelay(delays), ...checkClock(clocks), ...waiting.findings()];
}

function none({ kinds, hasSeen }: Waiting): Finding {
  return toDo(
    'callbacks',
    `none was accepted among the newest ${eventsExaminedMax} events`,
    hasSeen
      ? `They arrive, and are kept in quarantine${kinds.size > 0 ? ': see below' : ', where all were decided on. See docs/failures.md#callbacks-in-quarantine'}.`
      : 'Set the callback URL shown above in the CSS console, push a stream, and see that the service is reached: docs/getting-started.md. A request to any other path is answered 404, which the log of the process has with LOG_LEVEL=debug.',
  );
}

/** Callbacks in quarantine that nobody has decided on. A decision is later in the log than its callback, so it is seen first. */
class Waiting {
  /** By reason and check: the newest callback, and their number. */
  readonly kinds = new Map<string, { readonly newest: Quarantined; count: number }>();
  /** Whether any callback in quarantine was seen, decided on or not. */
  hasSeen = false;
  private readonly decided = new Set<string>();

  note({ streamName, type, eventId, data }: RecordedEvent, arrival: Arrival | null): void {
    const decided = type === discardedType ? readDiscard(data) : (arrival?.released ?? null);
    if (decided !== null) this.decided.add(decided.eventId);
    const quarantine = quarantineReasonOf(streamName) === null ? undefined : arrival?.quarantine;
    if (quarantine === undefined) return;
    this.hasSeen = true;
    if (this.decided.has(eventId)) return;
    const key = `${quarantine.reason} ${quarantine.check}`;
    const kind = this.kinds.get(key) ?? { newest: quarantine, count: 0 };
    kind.count += 1;
    this.kinds.set(key, kind);
  }

  findings(): Finding[] {
    return [...this.kinds.values()].map(({ newest, count }) => {
      const { summary, advice } = explain(newest);
      const found = `${count} of the newest events wait for a decision, ${newest.reason}. ${count > 1 ? 'The newest: ' : ''}${summary}`;
      return toDo('quarantine', found, `${advice} See docs/failures.md#callbacks-in-quarantine.`);
    });
  }
}

function see({ streamName, data }: RecordedEvent, { receivedAtMs, quarantine, signature }: Arrival): Seen | null {
  if (isOutsideReadModels(streamName) && quarantine?.check !== 'CLOCK') return null;
  const parsed = parseJsonObject(data);
  if (!parsed.ok) return null;
  const callback = interpret(parsed.object);
  const { eventType, callbackEvent } = callback;
  const fromMs = sendableFromMs(callback);
  const stamp = Number(parsed.object['t'] ?? NaN);
  const isOld = signature === 'NOT_CHECKED' && fromMs !== null && receivedAtMs - fromMs > oldMsMin;
  return {
    domain: namesOf(callback).domain ?? 'no domain',
    type: `event_type ${eventType ?? 'missing'}${callbackEvent === null ? '' : ` ${callbackEvent}`}`,
    receivedAtMs,
    delayMs: fromMs === null || isOld ? null : receivedAtMs - fromMs,
    aheadMs: Number.isFinite(stamp) && !isOld ? receivedAtMs - (stamp * 1_000 - stampAheadMs) : null,
  };
}

function checkDelay(delays: readonly number[]): Finding[] {
  if (delays.length === 0) return [];
  const [median, slow] = [quantile(delays, 0.5), quantile(delays, 0.95)];
  const found = `from the time in a callback to its arrival: half within ${seconds(median)} s, 95 % within ${seconds(slow)} s`;
  if (median <= delayMsMax) return [fine('delay', found)];
  return [toDo('delay', found, 'See whether CSS gets other answers than 200 and repeats callbacks, and the clock.')];
}

function checkClock(clocks: readonly number[]): Finding[] {
  if (clocks.length === 0) return [];
  const ahead = quantile(clocks, 0.5);
  const found = `our clock is ${seconds(Math.abs(ahead))} s ${ahead < 0 ? 'behind' : 'ahead of'} that of CSS, delivery included`;
  if (Math.abs(ahead) <= clockDifferenceMsMax) return [fine('clock', found)];
  return [toDo('clock', found, 'Run NTP on this machine: from 5 minutes on, signed callbacks are quarantined.')];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

/** Checks whether a service runs on the log in DATA_DIR, or with EventStoreDB on the node's copy, and checks its newest events. */
export async function checkLog({ dataDir, eventStore, roles }: Settings, nowMs: number): Promise<Finding[]> {
  if (!roles.query)
    return [fine('log', 'a node that only receives has no copy of it: see the callbacks on a query node')];
  const folder = logFolder({ dataDir, eventStore });
  if (!hasLog(folder)) {
    if (isRestoreUnfinished(dataDir)) {
      return [toDo('restore', 'one into DATA_DIR was interrupted', 'Run the same `live-ledger restore` again.')];
    }
    return [toDo('log', 'there is no log in DATA_DIR', 'Set DATA_DIR as the service has it, or start the service.')];
  }
  try {
    const served = fine('log', isDataDirInUse(folder) ? 'a service runs on it' : 'no service runs on it');
    return [
      served,
      ...(await checkImport(folder)),
      ...(isRetentionUnfinished(folder) ? [{ check: 'retention', ...unfinishedRetention }] : []),
      ...checkCallbacks(readNewestEvents(folder, eventsExaminedMax), nowMs),
    ];
  } catch (error) {
    const problem = error instanceof LogUnusable ? error.message : (describeDiskFault(error) ?? adviceOnDamage(error));
    if (problem === null) throw error;
    return [toDo('log', problem, 'Run `live-ledger verify`: docs/backup.md#verify.')];
  }
}

async function checkImport(folder: string): Promise<Finding[]> {
  const unfinished = await unfinishedImportIn(folder);
  return unfinished === null ? [] : [toDo('import', `an ${whatIsUnfinished(unfinished)}`, howToFinish)];
}

const whatToDo: Readonly<Record<TrialFailure['kind'], string>> = {
  notBegun: 'Start the service: the first start begins the log. If there should be one, correct EVENT_STORE_PREFIX.',
  away: 'See that the server runs, has room on its disk, and is reached from this machine by EVENT_STORE_URL.',
  refused:
    'Correct EVENT_STORE_URL, or give its user these rights in EventStoreDB: docs/eventstoredb.md#access-rights.',
};

/** Checks EventStoreDB, and whether this user may do what the service needs. */
export async function checkServer(settings: EventStoreDbSettings): Promise<Finding[]> {
  // The client of EventStoreDB is loaded only if it is needed.
  const { tryServer } = await import('../../log/eventstoredb/server-check.ts');
  const trial = await tryServer(settings);
  return trial.map(({ what, ms, failure }) =>
    failure === null
      ? fine('EventStoreDB', `${what}: yes, in ${ms.toFixed(0)} ms`)
      : toDo('EventStoreDB', `${what}: no. ${failure.reason}`, whatToDo[failure.kind]),
  );
}

const personalCheck = 'personal data';

/** Checks whether this node has the keys of the newest sealed events. Without PERSONAL_KEYS_DIR and such events, it says nothing. */
export function checkPersonalKeys({ dataDir, eventStore, personalKeysDir }: Settings): Finding[] {
  const folder = logFolder({ dataDir, eventStore });
  const masters = new Set<string>();
  if (hasLog(folder)) {
    for (const event of readNewestEvents(folder, eventsExaminedMax)) masters.add(keyNameOf(event)?.masterId ?? '');
  }
  masters.delete('');
  if (personalKeysDir === null && masters.size === 0) return [];
  const findings: Finding[] = [];
  const pending = readPendingErasure(folder);
  if (pending !== null) {
    const howToGoOn = pending.problem ?? 'Start the service, or run `live-ledger erase` again.';
    findings.push(toDo(personalCheck, 'an erasure is not done yet', howToGoOn));
  }
  try {
    if (personalKeysDir === null) throw keysNotSet();
    for (const masterId of masters) readKeys(personalKeysDir, masterId);
    findings.push(fine(personalCheck, `sealed; all ${masters.size} keys of the newest events are there`));
  } catch (error) {
    if (!(error instanceof PersonalKeyMissing)) throw error;
    const untilThen = 'Until then, nothing more is projected: docs/erasure.md#the-keys.';
    findings.push(toDo(personalCheck, error.message, untilThen));
  }
  return findings;
}
