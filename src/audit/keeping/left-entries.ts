import { randomUUID } from 'node:crypto';
import { chownSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AuditAction } from '../audit.ts';
import { auditedType, auditStreamOf, newAudited, readAudited } from '../audit-events.ts';
import { commandAuthor, fromCommandLine, nobody } from '../../log/author.ts';
import { systemClock } from '../../kernel/clock.ts';
import { fsyncPath } from '../../kernel/disk.ts';
import type { Logger } from '../../kernel/logger.ts';
import { appendOnlyEvent, type CurrentLog } from '../../log/only-event.ts';

/** Milliseconds between two looks. */
const lookEveryMs = 1_000;

/** Entries that are recorded in one look. The others are for the next one. */
const entriesAtOnceMax = 100;

/** Characters of an entry: its names and its object are short. */
const entryLengthMax = 8_192;

const leftFolder = (dataDir: string) => path.join(dataDir, 'audit');

const isEntryFile = (name: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.json$/.test(name);

/** What commands do that append nothing themselves, because a service may be using the log. */
const leftActions: readonly AuditAction[] = ['EXPORT', 'EXPORT_WITH_SECRETS', 'REBUILD'];

/**
 * Leaves an entry of the audit for the service that uses the folder, now or when it is started: durable once this returns. False: the folder can't be
 * written, so that nothing in it can be changed either.
 */
export function leaveEntry(dataDir: string, action: AuditAction, object: string | null = null): boolean {
  const entry = { action, object, outcome: 'DONE', code: null, reason: null, count: 1, begunId: null } as const;
  const { data, metadata } = newAudited({ ...entry, atMs: systemClock(), author: commandAuthor() });
  const folder = leftFolder(dataDir);
  const file = path.join(folder, `${randomUUID()}.json`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ data: data.toString(), metadata: metadata.toString() } satisfies LeftEntry);
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    // A command that is run as root leaves it to the user of the service.
    const { uid, gid } = statSync(dataDir);
    if (process.getuid?.() === 0) for (const made of [folder, `${file}.new`]) chownSync(made, uid, gid);
    fsyncPath(`${file}.new`);
    renameSync(`${file}.new`, file);
    fsyncPath(folder);
    return true;
  } catch (error) {
    if (['EROFS', 'EACCES', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code))) return false;
    throw error;
  }
}

interface LeftEntry {
  readonly data: string;
  readonly metadata: string;
}

/** Records each entry that commands leave in the folder, once. Returns what ends that, and waits for what has begun. */
export function recordLeftEntries(dataDir: string, log: CurrentLog, logger: Logger): () => Promise<void> {
  let looking = Promise.resolve();
  const look = async () => {
    const names = await readdir(leftFolder(dataDir)).catch(() => []);
    for (const name of names.filter(isEntryFile).slice(0, entriesAtOnceMax)) {
      const file = path.join(leftFolder(dataDir), name);
      const event = readLeft(await readFile(file, 'utf8'), name.slice(0, -'.json'.length));
      if (event === null) logger.warn({}, 'a file in the folder audit is no entry of a command, and is removed');
      else await appendOnlyEvent(log, auditStreamOf(event.eventId), event);
      await rm(file, { force: true });
    }
  };
  const run = () => {
    // What could not be recorded now is tried again.
    looking = looking.then(look).catch(() => undefined);
  };
  const timer = setInterval(run, lookEveryMs);
  timer.unref();
  run();
  return () => {
    clearInterval(timer);
    return looking;
  };
}

/** Null if it is none. Whoever may write to the folder may leave an entry, but none that seems to come from elsewhere. */
function readLeft(text: string, eventId: string) {
  const { data = '', metadata = '' } = parse(text);
  const entry = readAudited({
    type: auditedType,
    data: Buffer.from(String(data)),
    metadata: Buffer.from(String(metadata)),
  });
  if (entry === null || entry === 'UNREADABLE' || !leftActions.includes(entry.action)) return null;
  const author = { ...nobody, name: entry.author.name, from: fromCommandLine };
  return newAudited({ ...entry, begunId: null, author }, eventId);
}

function parse(text: string): Partial<Record<keyof LeftEntry, unknown>> {
  try {
    return text.length > entryLengthMax ? {} : (Object(JSON.parse(text)) as object);
  } catch {
    return {};
  }
}
