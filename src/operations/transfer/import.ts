import { createHash } from 'node:crypto';
import { ledgerStreamName, StoreUnavailable, WrongExpectedRevision, type NewEvent } from '../../log/event-store.ts';
import {
  describeUnfinished,
  newImportBegun,
  newImportFinished,
  type UnfinishedImport,
} from '../../log/ledger-events.ts';
import { systemClock } from '../../kernel/clock.ts';
import { commandAuthor } from '../../log/author.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { SettingsInvalid } from '../../settings/settings-reader.ts';
import {
  required,
  type Command,
  type GivenFlags,
  createTimeLeft,
  jsonFlag,
  type CommandOutput,
} from '../../commands/command-line.ts';
import type { LogSettings } from '../../node/data-dir.ts';
import { readSettings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags } from '../../settings/variables.ts';
import {
  readCapturedBodies,
  receivedAtAnotherTime,
  type CapturedBodies,
  type CapturedCount,
} from './captured-bodies.ts';
import { readTime, withoutSecretsMeans } from './export.ts';
import { openTargetLog, type TargetLog } from './log-access.ts';
import { fromLine, readRecordFile, toLine, type RecordCount } from './record-file.ts';

/** `live-ledger import`: appends an export to a ledger that has nothing else. */
export const importCommand: Command = {
  name: 'import',
  meaning:
    'append an export, or bodies of callbacks, to a new ledger, embedded or in EventStoreDB; run again, it continues; the service must not run',
  flags: {
    ...serviceFlags,
    from: { fallback: '', meaning: 'file that `live-ledger export` has made' },
    'from-bodies': {
      fallback: '',
      meaning:
        'instead of --from: bodies of callbacks, a file with one a line or a folder with one in each file *.json',
    },
    'received-at': {
      fallback: '',
      meaning: 'with --from-bodies: when they were received; by default the time at which each file was last written',
    },
    'without-secrets': {
      fallback: null,
      meaning: 'accept an export that was made without secrets: what it lacks is gone for good',
    },
    json: jsonFlag,
  },
  async run(given, output) {
    const from = readFrom(given);
    const mayLackSecrets = given['without-secrets'] === true;
    await importRecord(readSettings(environmentWith(given)), from, output, { mayLackSecrets });
    return true;
  },
};

function readFrom(given: GivenFlags): string | CapturedBodies {
  const { 'from-bodies': bodies, 'received-at': receivedAt } = given;
  if (typeof bodies !== 'string' || bodies === '') {
    if (receivedAt !== undefined) throw new SettingsInvalid(['--received-at: only with --from-bodies']);
    return required(given, 'from', 'the file of the export, or bodies with --from-bodies');
  }
  const problems = given['from'] === undefined ? [] : ['--from: not together with --from-bodies'];
  const receivedAtMs = readTime(given, 'received-at', problems);
  if (Number(receivedAtMs) > systemClock()) problems.push('--received-at: must not be in the future');
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return { path: bodies, receivedAtMs };
}

/**
 * Appends the events of an export or of captured bodies that the ledger does not have yet, in order. The ledger must have nothing
 * else: its events are compared with the beginning of the file, so that a repeated import changes nothing. An event in the log says that
 * an import has begun, and another one that it is finished; between them, the same import continues, whatever the service has recorded.
 * @throws OperatorError - the file is not what was exported, lacks secrets, or the ledger has other events: nothing was appended
 * @throws OperatorError - the store failed: what was appended is durable, and the command may be run again
 */
export async function importRecord(
  settings: LogSettings,
  from: string | CapturedBodies,
  output: CommandOutput,
  { mayLackSecrets = false } = {},
): Promise<void> {
  const { events: eventsTotal, entriesIgnored, withSecrets = true, sha256 } = await checkWhole(from, output);
  if (!withSecrets && !mayLackSecrets) throw new OperatorError(lacksSecrets(nameOf(from)));
  const target = await openTargetLog(settings);
  const { unfinished, finished } = target.imports;
  try {
    if (unfinished !== null && unfinished.sha256 !== sha256) throw new OperatorError(otherImport(unfinished));
    if (finished.has(sha256)) {
      // Callbacks may be between its events, if it was interrupted, and retention may have removed some.
      const counts = { eventsAppended: 0, eventsTotal, withSecrets, entriesIgnored };
      output.result(`0 events were appended: all ${eventsTotal} were imported before.`, {
        imported: nameOf(from),
        ...counts,
      });
      return;
    }
    const lines = linesFrom(from);
    const revisions = new Map<string, bigint>();
    const { eventsBefore, next } = await skipPresent(lines, target, revisions, from);
    const note = (event: NewEvent) => target.append(ledgerStreamName, [event], 'any');
    if (unfinished === null && next !== null) {
      await note(newImportBegun({ sha256, events: eventsTotal, begunAtMs: systemClock() }, commandAuthor()));
    }
    const rest = { next, revisions, eventsBefore, eventsTotal, output };
    const eventsAppended = await appendRest(lines, target, rest);
    if (unfinished !== null || next !== null) await note(newImportFinished());
    const ignored =
      entriesIgnored === undefined || entriesIgnored === 0
        ? ''
        : `; ${entriesIgnored} entries of the folder that are no *.json were ignored`;
    const without = withSecrets ? '' : `. ${withoutSecretsMeans}`;
    output.result(
      `${eventsAppended} events were appended, ${eventsTotal - eventsAppended} were there before${ignored}${without}`,
      {
        imported: nameOf(from),
        eventsAppended,
        eventsTotal,
        withSecrets,
        ...(entriesIgnored !== undefined && { entriesIgnored }),
      },
    );
  } catch (error) {
    if (error instanceof WrongExpectedRevision) throw otherEvents(error);
    if (!(error instanceof StoreUnavailable)) throw error;
    throw new OperatorError(`The log accepts no more events: ${error.message} Run the import again: it continues.`, {
      cause: error,
    });
  } finally {
    await target.close();
  }
}

function lacksSecrets(file: string): string {
  return `${file} was exported without secrets. ${withoutSecretsMeans} Export again with --with-secrets, or import it so with --without-secrets. Nothing was imported.`;
}

function otherImport(unfinished: UnfinishedImport): string {
  return `The ledger awaits the rest of another import. ${describeUnfinished(unfinished)} Nothing was imported.`;
}

/** For an export, `entriesIgnored` is missing: nothing is ignored. */
type Count = Pick<CapturedCount, 'events'> & Partial<CapturedCount> & Partial<RecordCount>;
type Lines = AsyncGenerator<string, Count>;

function linesFrom(from: string | CapturedBodies): Lines {
  return typeof from === 'string' ? readRecordFile(from) : readCapturedBodies(from);
}

function nameOf(from: string | CapturedBodies): string {
  return typeof from === 'string' ? from : from.path;
}

/** Events between two reports of progress. */
const progressEvents = 10_000;

/** Checks the whole file before anything is appended, because events of half a file could not be removed again. */
async function checkWhole(
  from: string | CapturedBodies,
  output: CommandOutput,
): Promise<Count & { readonly sha256: string }> {
  const lines = linesFrom(from);
  const hash = createHash('sha256');
  let next = await lines.next();
  for (let events = 1; next.done !== true; events += 1, next = await lines.next()) {
    try {
      fromLine(next.value);
    } catch (cause) {
      throw new OperatorError(`${nameOf(from)} is not an export that this version can read: line ${events + 1}.`, {
        cause,
      });
    }
    hash.update(next.value);
    if (events % progressEvents === 0) output.progress(`import: ${events} events checked`, { step: 'check', events });
  }
  return { ...next.value, sha256: hash.digest('hex') };
}

/** Bytes of data and metadata in one commit, exceeded by its last event at most: far less than may wait for one. */
const groupBytesMax = 16 * 1024 * 1024;

/** What the ledger has, and the first line whose event it does not have; null: it has all. */
interface Skipped {
  readonly eventsBefore: number;
  readonly next: string | null;
}

/** Skips the lines whose events the ledger has. */
async function skipPresent(
  lines: Lines,
  { present, imports }: TargetLog,
  revisions: Map<string, bigint>,
  from: string | CapturedBodies,
): Promise<Skipped> {
  let eventsBefore = 0;
  let next = await lines.next();
  for await (const event of present) {
    // The service has recorded more since the import.
    if (next.done === true) break;
    revisions.set(event.streamName, event.revision);
    const read = fromLine(next.value);
    if (toLine(read) === toLine(event)) {
      eventsBefore += 1;
      next = await lines.next();
    } else if (imports.unfinished === null || read.eventId === event.eventId) {
      throw (typeof from === 'string' ? null : receivedAtAnotherTime(read, event)) ?? otherEvents();
    }
  }
  return { eventsBefore, next: next.done === true ? null : next.value };
}

function otherEvents(cause?: unknown): OperatorError {
  return new OperatorError(
    'The ledger has other events than the beginning of this file. Import into a new one: another DATA_DIR, or another EVENT_STORE_PREFIX. An import adds nothing to a record: of two exports of one ledger, ' +
      'make one export of the time that both cover; where that ledger is gone, join the files as docs/transfer.md#two-exports-of-one-ledger says.',
    { cause },
  );
}

interface Rest extends Skipped {
  /** The revision of the newest event in each stream of the ledger. */
  readonly revisions: Map<string, bigint>;
  readonly eventsTotal: number;
  readonly output: CommandOutput;
}

async function appendRest(
  lines: Lines,
  target: TargetLog,
  { next, revisions, eventsBefore, eventsTotal, output }: Rest,
): Promise<number> {
  const timeLeft = createTimeLeft();
  let [appended, reported, groupBytes] = [0, 0, 0];
  let group: Parameters<TargetLog['append']>[] = [];
  const complete = async () => {
    // All at once: an embedded log makes them one commit, so that no event is stored after one that failed.
    await Promise.all(group.map((append) => target.append(...append)));
    appended += group.length;
    [group, groupBytes] = [[], 0];
    if (appended - reported < progressEvents) return;
    reported = appended;
    const secondsLeft = timeLeft(appended, eventsTotal - eventsBefore);
    const events = eventsBefore + appended;
    const sentence = `import: ${events} of ${eventsTotal} events, about ${secondsLeft} s left`;
    output.progress(sentence, { step: 'append', events, eventsTotal, secondsLeft });
  };
  for (let line = next; line !== null; line = await nextOf(lines)) {
    const { streamName, ...event } = fromLine(line);
    const last = revisions.get(streamName);
    // With a revision, so that an event is not stored twice if its answer was lost.
    group.push([streamName, [event], last ?? 'none']);
    revisions.set(streamName, (last ?? -1n) + 1n);
    groupBytes += event.data.byteLength + event.metadata.byteLength;
    if (group.length >= target.appendsAtOnce || groupBytes >= groupBytesMax) await complete();
  }
  await complete();
  return appended;
}

async function nextOf(lines: Lines): Promise<string | null> {
  const next = await lines.next();
  return next.done === true ? null : next.value;
}
