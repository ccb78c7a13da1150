import { createReadStream, createWriteStream, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { CommandOutput } from '../../commands/command-line.ts';
import { fsyncPath } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { version } from '../../kernel/this-process.ts';
import { CopyAltered } from '../../log/event-store.ts';
import {
  OtherHistory,
  readChange,
  readPageHead,
  writeChange,
  writePageHead,
  type LogPageReader,
} from '../../log/log-page.ts';
import { lockBackup } from '../../log/sqlite/data-dir-lock.ts';
import { openLogPages } from '../../log/sqlite/log-pages.ts';
import { SqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { openSqliteLogReplica } from '../../log/sqlite/sqlite-log-replica.ts';
import { findLogFolder, type LogSettings } from '../../node/data-dir.ts';
import {
  digestOfFile,
  manifestFile,
  readManifest,
  writeManifest,
  type Increment,
  type IncrementalManifest,
} from './manifest.ts';
import type { CopiedChange, LogReplica } from '../../log/replication.ts';

/** Changes per transaction of a restore. */
const changesAtOnceMax = 1_000;

/** Of a backup without increments. */
const beginning = { upTo: 0, digest: null, removed: 0 };

/**
 * Adds what is new since the last increment to a folder, which is made for the first; the service may run. It counts once the manifest
 * names it. False: an event that it has was damaged already.
 * @throws LogUnusable, OperatorError - nothing was added
 */
export async function addIncrement(settings: LogSettings, to: string, output: CommandOutput): Promise<boolean> {
  if (settings.eventStore.kind === 'eventstoredb') throw new OperatorError(embeddedOnly);
  const log = new SqliteEventReader(findLogFolder(settings));
  const pages = openLogPages(findLogFolder(settings), () => log);
  if (!existsSync(to)) mkdirSync(to, { mode: 0o700 });
  const unlock = lockBackup(to);
  try {
    const manifest = manifestIn(to, log.logId);
    const last = manifest.increments.at(-1) ?? beginning;
    const file = `log-${String(manifest.increments.length + 1).padStart(6, '0')}.jsonl.gz`;
    const written = await writeIncrement(path.join(to, file), pages, last);
    if (written === null) {
      output.result(`Nothing was recorded since the last backup in ${to}.`, { backup: to, added: null });
      return true;
    }
    const { damaged, ...found } = written;
    const [bytes, sha256] = [statSync(path.join(to, file)).size, await digestOfFile(path.join(to, file))];
    const createdAt = new Date().toISOString();
    const increment: Increment = { file, ...found, damaged, bytes, sha256, createdAt };
    writeManifest(to, {
      ...manifest,
      productVersion: version,
      createdAt,
      increments: [...manifest.increments, increment],
    });
    output.result(
      `${to} has ${found.events} events more, up to position ${found.upTo}, in ${bytes} bytes${damaged === 0 ? '' : `: ${damaged} of them are DAMAGED`}.`,
      { backup: to, added: increment },
    );
    return damaged === 0;
  } finally {
    unlock();
    pages.close();
    log.close();
  }
}

const embeddedOnly =
  'Incremental backups are of the embedded log. Back up EventStoreDB with the means of the server: docs/backup.md.';

function manifestIn(folder: string, logId: string): IncrementalManifest {
  if (!existsSync(manifestFile(folder))) {
    return {
      format: 'live-ledger-backup',
      formatVersion: 2,
      productVersion: version,
      createdAt: '',
      eventStore: 'sqlite',
      logId,
      increments: [],
    };
  }
  const manifest = readManifest(folder);
  if (manifest.formatVersion === 1) {
    throw new OperatorError(`${folder} has a whole backup, to which nothing can be added. Name another folder.`);
  }
  if (manifest.logId !== logId)
    throw new OperatorError(`${folder} has backups of another ledger. Name another folder.`);
  return manifest;
}

type Written = Pick<Increment, 'events' | 'damaged' | 'upTo' | 'digest' | 'removed'>;

/** Null: there is nothing new. A file of an interrupted backup, which no manifest names, is written anew. */
async function writeIncrement(
  file: string,
  pages: LogPageReader,
  last: Pick<Increment, 'upTo' | 'digest' | 'removed'>,
): Promise<Written | null> {
  let page = readFrom(pages, last);
  const { endPosition } = page;
  if (page.changes.length === 0 && page.removedBefore === last.removed) return null;
  const counted = { events: 0, damaged: 0 };
  let { upTo, digest }: Pick<Increment, 'upTo' | 'digest'> = last;
  let { removedBefore } = page;
  const lineOf = (change: CopiedChange) => {
    if (change.kind === 'event' || change.kind === 'epochBegun') {
      counted.events += 1;
      if (change.event.isDamaged) counted.damaged += 1;
      digest = change.digests?.digest?.toString('hex') ?? null;
    } else if (change.kind === 'removed') digest = change.removed.digest.toString('hex');
    return `${writeChange(change)}\n`;
  };
  function* lines() {
    yield `${writePageHead({ ...page, upTo: endPosition })}\n`;
    while (page.changes.length > 0) {
      for (const change of page.changes) yield lineOf(change);
      upTo = Number(page.upTo);
      // What is recorded from now on is in the next one.
      if (page.upTo >= endPosition) break;
      page = readFrom(pages, { upTo, digest });
    }
    // All of it, because events that earlier increments have may be among those that were removed since.
    for (const changes of pages.removed(BigInt(upTo)))
      yield changes.map((change) => `${writeChange(change)}\n`).join('');
    removedBefore = readFrom(pages, { upTo, digest }).removedBefore;
  }
  await pipeline(Readable.from(lines(), { objectMode: false }), createGzip(), createWriteStream(file, { mode: 0o600 }));
  fsyncPath(file);
  fsyncPath(path.dirname(file));
  return { ...counted, upTo, digest, removed: removedBefore };
}

function readFrom(pages: LogPageReader, { upTo, digest }: Pick<Increment, 'upTo' | 'digest'>) {
  try {
    return pages.read({ after: BigInt(upTo), digest: digest === null ? null : Buffer.from(digest, 'hex') });
  } catch (error) {
    if (!(error instanceof OtherHistory)) throw error;
    throw new OperatorError(
      'The log has another history than the one that was backed up there, as after a restore or a promotion. Name another folder, and keep this one.',
      { cause: error },
    );
  }
}

/**
 * Makes a copy of a log of all increments, each checked by its digest and event by event.
 * @throws OperatorError - one is missing, or is not what was written
 */
export async function copyIncrements(from: string, { increments }: IncrementalManifest, to: string): Promise<void> {
  const replica = openSqliteLogReplica(to);
  try {
    for (const { file, sha256 } of increments) {
      const source = path.join(from, file);
      if (!existsSync(source)) throw new OperatorError(`${source} is missing. ${takeAnother}`);
      if ((await digestOfFile(source)) !== sha256) {
        throw new OperatorError(`${source} is not what was backed up: its digest differs. ${takeAnother}`);
      }
      await copyIncrement(source, replica);
    }
  } catch (error) {
    if (!(error instanceof CopyAltered)) throw error;
    throw new OperatorError(`${error.message} ${takeAnother}`, { cause: error });
  } finally {
    replica.close();
  }
}

async function copyIncrement(source: string, replica: LogReplica): Promise<void> {
  let head: ReturnType<typeof readPageHead> | null = null;
  let changes: CopiedChange[] = [];
  const apply = () => {
    const position = head?.upTo ?? 0n;
    replica.apply(changes, { commit: position, prepare: position });
    changes = [];
  };
  for await (const line of createInterface({ input: createReadStream(source).pipe(createGunzip()) })) {
    if (head === null) {
      head = readPageHead(line);
      if (replica.identity() === null) replica.initialize(head);
    } else changes.push(readChange(line, head.logId));
    if (changes.length >= changesAtOnceMax) apply();
  }
  apply();
}

const takeAnother = 'Nothing was restored: take another backup.';
