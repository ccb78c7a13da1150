import Database from 'better-sqlite3';
import {
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { readFile, rm } from 'node:fs/promises';
import {
  makeTables,
  readerIndexesSql,
  readModelVersion,
  removeReadModel,
  versionOf,
  ReadModelDamaged,
  isDamage,
  readableVersionLeast,
} from './read-model-file.ts';
import type { EventReader } from '../../log/event-store.ts';
import type { Logger } from '../../kernel/logger.ts';
import { assertSameLog } from '../projector.ts';

/** A file with the name of a read model. */
interface ReadModelOnDisk {
  readonly file: string;
  readonly version: number;
  /** 1 for the first file of its version; greater for files built beside another. */
  readonly build: number;
}

/** What such a file says about itself. */
interface InspectedReadModel {
  readonly isComplete: boolean;
  readonly logId: string;
  readonly checkpoint: bigint | null;
  /** Whether it has the tables and indexes of a new file of this version. */
  readonly hasPresentTables: boolean;
}

const nameOfReadModel = /^read-model-v(\d+)(?:-(\d+))?\.sqlite$/;

/** The read models in a folder, newest first. */
export function readModelsIn(folder: string): readonly ReadModelOnDisk[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const [, version, build = '1'] = nameOfReadModel.exec(name) ?? [];
      return version === undefined
        ? []
        : [{ file: path.join(folder, name), version: Number(version), build: Number(build) }];
    })
    .sort((one, other) => other.version - one.version || other.build - one.build);
}

/** A file that can be used, and the position up to which it is projected. */
export interface FoundReadModel extends ReadModelOnDisk {
  readonly checkpoint: bigint | null;
}

/** What a node does with the read models that it finds when it starts. */
export interface ReadModelChoice {
  /** The file that answers from now on; null if there is none. */
  readonly serve: FoundReadModel | null;
  /** A file that an earlier process began to build. */
  readonly begun: FoundReadModel | null;
  /** Why a file must be built, in words for the operator; null if none must. */
  readonly buildBecause: string | null;
  /** The newest build of this version; 0 if there was none. The next one gets a name that no open file can have. */
  readonly lastBuild: number;
}

type Log = Pick<EventReader, 'logId' | 'endPosition'>;

/**
 * Chooses the newest complete file of this version, else the newest of an older version that can still be read. Removes files of
 * this version that cannot be used.
 * @throws ReadModelUnusable - the file that would answer was built from another log, or from more events than the log has
 */
export async function chooseReadModel(folder: string, log: Log, logger: Logger): Promise<ReadModelChoice> {
  let begun: FoundReadModel | null = null;
  let buildBecause = 'there is none of this version';
  const ofThisVersion = readModelsIn(folder).filter(({ version }) => version === readModelVersion);
  const lastBuild = ofThisVersion[0]?.build ?? 0;
  for (const found of ofThisVersion) {
    const inspected = inspectOrNull(found, (damage) => {
      logger.error(
        { file: found.file, reason: damage.message },
        'a read model is damaged: it is removed, and built again',
      );
      buildBecause = `its file was damaged: ${damage.message}`;
    });
    if (inspected?.isComplete === true) {
      await assertSameLog(log, rowsOf(inspected));
      return {
        serve: { ...found, ...inspected },
        begun,
        buildBecause: begun && 'an earlier process began to',
        lastBuild,
      };
    }
    if (inspected !== null && begun === null && (await isOfLog(log, inspected))) begun = { ...found, ...inspected };
    else removeReadModel(found.file);
  }
  return { serve: await olderVersion(folder, log), begun, buildBecause, lastBuild };
}

/** The newest file of an older version that can answer correctly until one of this version is built. */
async function olderVersion(folder: string, log: Log): Promise<FoundReadModel | null> {
  for (const found of readModelsIn(folder)) {
    if (found.version >= readModelVersion || found.version < readableVersionLeast) continue;
    const inspected = inspectOrNull(found, () => undefined);
    if (inspected?.isComplete !== true || !inspected.hasPresentTables) continue;
    await assertSameLog(log, rowsOf(inspected));
    return { ...found, ...inspected };
  }
  return null;
}

function inspectOrNull(
  found: ReadModelOnDisk,
  onDamaged: (damage: ReadModelDamaged) => void,
): InspectedReadModel | null {
  try {
    return inspectReadModel(found);
  } catch (error) {
    if (!(error instanceof ReadModelDamaged)) throw error;
    onDamaged(error);
    return null;
  }
}

async function isOfLog(log: Log, inspected: InspectedReadModel): Promise<boolean> {
  return assertSameLog(log, rowsOf(inspected)).then(
    () => true,
    () => false,
  );
}

function rowsOf({ logId, checkpoint }: InspectedReadModel) {
  return { logId, checkpoint: () => checkpoint };
}

/** Most bytes of a file checked as a whole before it serves: about 100 ms. Damage in a larger one shows when it is read. */
const checkedBytesMax = 64 * 1024 * 1024;

/**
 * Inspects a file that nobody has open.
 * @throws ReadModelDamaged - it is damaged, or no read model
 */
function inspectReadModel({ file, version }: ReadModelOnDisk): InspectedReadModel {
  // Not read-only: this moves a crash's write-ahead log into the file.
  const db = new Database(file, { fileMustExist: true });
  try {
    const found = versionOf(db);
    if (found.version !== version) throw new ReadModelDamaged('the file is not of the version that its name says');
    const progress = db
      .prepare<[], { log_id: string; position: bigint | null }>('SELECT log_id, position FROM progress')
      .safeIntegers()
      .get();
    if (progress === undefined) throw new ReadModelDamaged('the file does not say how far it is');
    if (statSync(file).size <= checkedBytesMax) {
      const found = db.pragma('quick_check(1)', { simple: true });
      if (found !== 'ok') throw new ReadModelDamaged(String(found));
    }
    return {
      isComplete: found.isComplete,
      logId: progress.log_id,
      checkpoint: progress.position,
      hasPresentTables: schemaOf(db) === presentSchema(),
    };
  } catch (error) {
    if (error instanceof ReadModelDamaged) throw error;
    const { code, message } = error as { readonly code?: string; readonly message: string };
    // SQLITE_ERROR: a table is missing.
    if (!isDamage(error) && code !== 'SQLITE_ERROR') throw error;
    throw new ReadModelDamaged(message, { cause: error });
  } finally {
    db.close();
  }
}

function schemaOf(db: Database.Database): string {
  const sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND type <> 'view' ORDER BY name";
  return JSON.stringify(db.prepare(sql).all());
}

function presentSchema(): string {
  const db = new Database(':memory:');
  try {
    makeTables(db, '');
    for (const sql of readerIndexesSql) db.exec(sql);
    return schemaOf(db);
  } finally {
    db.close();
  }
}

/** All files of read models: any version, complete or not, and SQLite's files beside them. */
const nameOfReadModelFile = /^read-model-v\d+(?:-\d+)?\.sqlite/;

/** Removes all read models in a folder, which nobody may have open, including the remains of unfinished ones. */
export function removeAllReadModels(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (nameOfReadModelFile.test(name)) rmSync(path.join(folder, name), { force: true });
  }
}

/** Removes the read models in a folder that fit. */
export function removeReadModels(folder: string, fits: (found: ReadModelOnDisk) => boolean): void {
  for (const found of readModelsIn(folder)) if (fits(found)) removeReadModel(found.file);
}

/** A link to the read model that answers, for people who read it with SQL: builds have other names each time. */
export function sqlFileIn(folder: string): string {
  return path.join(folder, 'sql.sqlite');
}

/** Lets the link lead to a read model in the same folder, at once; null: to none. SQLite finds the file's log beside the file. */
export function linkSqlFile(folder: string, file: string | null): void {
  const link = sqlFileIn(folder);
  const made = `${link}.new`;
  for (const name of file === null ? [link, made] : [made]) rmSync(name, { force: true });
  if (file === null) return;
  symlinkSync(path.basename(file), made);
  renameSync(made, link);
}

/** Milliseconds between two checks for a request. */
const requestsCheckedEveryMs = 500;

/** The file by which a command asks the process that serves a folder. Anyone who may write there may ask. */
function requestFile(folder: string): string {
  return path.join(folder, 'rebuild-request');
}

/** Asks the process that serves the folder to build its read models again. That process removes the request once read. */
export function requestRebuild(folder: string): void {
  writeFileSync(requestFile(folder), `${readModelVersion}\n`);
}

/** Whether there is a request that was not read yet. */
export function isRebuildRequested(folder: string): boolean {
  try {
    return readFileSync(requestFile(folder)).length > 0;
  } catch {
    return false;
  }
}

/** Withdraws a request that was not read. */
export function withdrawRebuildRequest(folder: string): void {
  rmSync(requestFile(folder), { force: true });
}

/** Calls `onRequest` for each request in the folder that is for this version. Returns a function that ends the watch. */
export function watchRebuildRequests(folder: string, onRequest: () => void): () => void {
  const file = requestFile(folder);
  const look = async () => {
    const version = await readFile(file, 'utf8').catch(() => null);
    if (Number(version) !== readModelVersion) return;
    await rm(file, { force: true });
    onRequest();
  };
  const timer = setInterval(() => void look().catch(() => undefined), requestsCheckedEveryMs);
  return () => clearInterval(timer);
}
