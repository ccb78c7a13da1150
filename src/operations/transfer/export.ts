import { existsSync } from 'node:fs';
import { readArrival } from '../../callbacks/arrival.ts';
import { isCallbackEvent } from '../../callbacks/event-naming.ts';
import { matchesFilter, type BodyFilter } from '../../callbacks/callback.ts';
import {
  type Command,
  type Flags,
  type GivenFlags,
  jsonFlag,
  type CommandOutput,
} from '../../commands/command-line.ts';
import { dayBeginsMs } from '../../kernel/clock.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { hiderOf, hideSecrets } from '../../kernel/secrets.ts';
import type { RecordedEvent } from '../../log/event-store.ts';
import { retentionStreamName } from '../../log/ledger-events.ts';
import { SettingsInvalid, splitList } from '../../settings/settings-reader.ts';
import { leaveEntry } from '../../audit/keeping/left-entries.ts';
import type { LogSettings } from '../../node/data-dir.ts';
import { knownSecrets } from '../../node/known-secrets.ts';
import { readSettings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags } from '../../settings/variables.ts';
import { openSourceLog, recordOf } from './log-access.ts';
import { toLine, withoutSecrets, writeRecordFile } from './record-file.ts';

/** The flags of the filter, in the order in which the first line of an export has their lists. */
export const filterFlags = {
  'event-type': { key: 'eventTypes', meaning: 'event_type, such as 1' },
  'app-id': { key: 'appIds', meaning: 'account' },
  domain: { key: 'domains', meaning: 'push domain; of a relay callback, that of its to_url' },
  path: { key: 'paths', meaning: 'push path; of a relay callback, that of its to_url' },
  'stream-id': { key: 'streamIds', meaning: 'stream' },
} as const satisfies Readonly<Record<string, { readonly key: keyof BodyFilter; readonly meaning: string }>>;

/** The same as flags of a command. Each may be given several times. */
const exportFilterFlags: Flags = Object.fromEntries(
  Object.entries(filterFlags).map(([flag, { meaning }]) => [
    flag,
    { fallback: '', meaning: `only callbacks of this ${meaning}; repeatable`, isRepeatable: true },
  ]),
);

/** Null: everything. The same values give the same filter in any order. Adds what is wrong to `problems`. */
export function readFilter(given: GivenFlags, problems: string[]): BodyFilter | null {
  const lists = Object.entries(filterFlags).flatMap(([flag, { key }]) => {
    const text = given[flag];
    if (typeof text !== 'string') return [];
    const entries = splitList(text);
    if (entries.length === 0) problems.push(`--${flag}: must not be empty`);
    const isNumber = key === 'eventTypes';
    if (isNumber && !entries.every((entry) => /^\d{1,9}$/.test(entry))) problems.push(`--${flag}: must be a number`);
    const values = entries.map((entry) => (isNumber ? Number(entry) : key === 'domains' ? entry.toLowerCase() : entry));
    return [[key, [...new Set(values)].sort()]];
  });
  return lists.length === 0 ? null : (Object.fromEntries(lists) as BodyFilter);
}

/** The part of the record to export, and whether with credentials. */
export interface ExportChoice {
  readonly withSecrets: boolean;
  /** The first `receivedAt`, inclusive. Null: from the beginning. */
  readonly fromMs: number | null;
  /** The end, exclusive. Null: to the end of the log. */
  readonly toMs: number | null;
  /** Null: everything. Otherwise only accepted callbacks that match. */
  readonly filter: BodyFilter | null;
}

/** `live-ledger export`: writes the record, or a window or filter of it, as JSON lines. */
export const exportCommand: Command = {
  name: 'export',
  meaning: 'write the record to a new file as JSON lines, with digests; the service may run with the embedded log',
  flags: {
    ...serviceFlags,
    to: { fallback: '', meaning: 'file that is made; one that ends in .gz is compressed' },
    'with-secrets': {
      fallback: null,
      meaning:
        'bodies byte for byte, with their credentials, and addresses of senders: what an import needs to be exact',
    },
    'from-time': {
      fallback: '',
      meaning: 'only what was received at this time or later, such as 2026-01-31T12:00:00Z',
    },
    'to-time': { fallback: '', meaning: 'only what was received before this time' },
    ...exportFilterFlags,
    json: jsonFlag,
  },
  async run(given, output) {
    const { to } = given;
    const problems = typeof to === 'string' && to !== '' ? [] : ['--to: name the file of the export'];
    const choice: ExportChoice = {
      withSecrets: given['with-secrets'] === true,
      fromMs: readTime(given, 'from-time', problems),
      toMs: readTime(given, 'to-time', problems),
      filter: readFilter(given, problems),
    };
    if ((choice.fromMs ?? -Infinity) >= (choice.toMs ?? Infinity))
      problems.push('--to-time: must be after --from-time');
    if (problems.length > 0) throw new SettingsInvalid(problems);
    const settings = readSettings(environmentWith(given));
    return exportRecord(settings, { to: String(to), choice, hide: hiderOf(knownSecrets(settings)) }, output);
  },
};

/** The time of a flag in milliseconds, null without it. Adds what is wrong with it to `problems`. */
export function readTime(given: GivenFlags, name: string, problems: string[]): number | null {
  const text = given[name];
  if (typeof text !== 'string' || text === '') return null;
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const ms = isTime && !Number.isNaN(dayBeginsMs(text.slice(0, 10))) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) problems.push(`--${name}: must be a time with its zone, such as 2026-01-31T12:00:00Z`);
  return ms;
}

interface ExportRequest {
  /** The file to make. */
  readonly to: string;
  readonly choice: ExportChoice;
  /** What is done to each text of an export without secrets. */
  readonly hide?: typeof hideSecrets;
}

/**
 * Writes the record to a new file. The same record gives the same bytes, whichever store it is in. Damaged events are exported
 * too, and then the result is false.
 * @throws LogUnusable, OperatorError - there is no such file then
 */
export async function exportRecord(
  settings: LogSettings,
  { to, choice, hide = hideSecrets }: ExportRequest,
  output: CommandOutput,
): Promise<boolean> {
  if (existsSync(to)) throw new OperatorError(`${to} exists already, and nothing is overwritten. Name another file.`);
  const { withSecrets, fromMs, toMs, filter } = choice;
  const source = await openSourceLog(settings);
  try {
    const { events: eventsTotal } = await source.lagAfter(null);
    const begunAt = await source.endPosition();
    let [read, damaged] = [0, 0];
    const lines = async function* () {
      for await (const event of recordOf(source)) {
        read += 1;
        if (read % progressEvents === 0) report(output, read, eventsTotal);
        // It is appended together with a removal. Without one, the export is one state of the log and what came after it.
        if (event.position > begunAt && event.streamName === retentionStreamName)
          throw new OperatorError(removedMeanwhile);
        if (!isChosen(event, choice)) continue;
        if (event.isDamaged) damaged += 1;
        yield toLine(withSecrets ? event : withoutSecrets(event, hide));
      }
    };
    const times = { fromTime: timeText(fromMs), toTime: timeText(toMs) };
    const head = {
      format: 'live-ledger-export',
      formatVersion: 1,
      withSecrets,
      ...times,
      ...(filter && { filter }),
    } as const;
    const end = await writeRecordFile(to, head, lines());
    // Not before, because a running service would record it into what is read.
    const isRecorded = leaveEntry(settings.dataDir, withSecrets ? 'EXPORT_WITH_SECRETS' : 'EXPORT', end.sha256);
    const ofThem = damaged === 0 ? '' : `, ${damaged} of them damaged: run live-ledger verify`;
    const without = withSecrets ? '' : `. ${withoutSecretsMeans}`;
    const notInAudit = isRecorded ? '' : '. The audit does not say so, because DATA_DIR can not be written';
    output.result(`${end.events} events are in ${to}${ofThem}${without}${notInAudit}`, {
      exported: to,
      ...end,
      withSecrets,
      damaged,
    });
    return damaged === 0;
  } finally {
    source.close();
  }
}

/** What an export without `--with-secrets` cannot give back. */
export const withoutSecretsMeans =
  'It has no credentials and no addresses of senders: a ledger that is made from it has them never again.';

const removedMeanwhile =
  'Retention has removed events meanwhile, of which the export would have a part. Nothing was written: run it again.';

/** Events between two reports of progress. */
const progressEvents = 1_000;

function report(output: CommandOutput, events: number, eventsTotal: number): void {
  output.progress(`export: ${events} of ${eventsTotal} events`, { events, eventsTotal });
}

function isChosen(event: RecordedEvent, { fromMs, toMs, filter }: ExportChoice): boolean {
  if (filter !== null && !(isCallbackEvent(event) && matchesFilter(event.data, filter))) return false;
  if (fromMs === null && toMs === null) return true;
  // Decisions of operators have no time of arrival.
  const ms = readArrival(event.metadata)?.receivedAtMs ?? event.recordedAtMs;
  return ms >= (fromMs ?? -Infinity) && ms < (toMs ?? Infinity);
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
