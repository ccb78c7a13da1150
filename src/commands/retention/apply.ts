import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { RetentionRule } from '../../domain/retention/retention-rule.ts';
import type { EventReader } from '../../event-store/event-store.ts';
import { lockDataDir } from '../../event-store/sqlite/data-dir-lock.ts';
import { openEventRemoval } from '../../event-store/sqlite/event-removal.ts';
import { bytesOfLog } from '../../event-store/sqlite/log-file-copy.ts';
import { openBegunLog } from '../../event-store/sqlite/log-opening.ts';
import { forgetTargets, readUnsent } from '../../forwarding/sqlite/forwarding-file.ts';
import type { Clock } from '../../kernel/clock.ts';
import { measureDiskSpace } from '../../kernel/disk-space.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { fsyncPath } from '../../kernel/fsync-path.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { projectBatch } from '../../projections/project-batch.ts';
import { assertSameLog } from '../../projections/projector.ts';
import {
  openReadModelForReading,
  openReadModelForWriting,
  readModelVersion,
  versionOf,
} from '../../read-models/sqlite/file/read-model-file.ts';
import { readModelsIn, removeAllReadModels } from '../../read-models/sqlite/file/read-models-on-disk.ts';
import { createSqliteReadModelWriter } from '../../read-models/sqlite/sqlite-read-model-writer.ts';
import { copyFolder } from '../../wiring/replica-log.ts';
import { createRestoreCheck } from '../../wiring/restored-log.ts';
import { buildReadModel } from '../build-read-model.ts';
import { planRetention, recordOf, stepsOf, type RetentionPlan } from './plan.ts';

/** Events in one transaction, where the read model is brought up to date. */
const batchEventsMax = 1_000;

/** Says that a removal began whose end is not known: what it removed may be left in the free room of the file. */
const unfinishedName = 'retention-unfinished';

/** Whether a removal began in a folder that did not come to its end. */
export const isUnfinished = (folder: string) => existsSync(path.join(folder, unfinishedName));

export interface RetentionRun {
  readonly dataDir: string;
  readonly rules: readonly RetentionRule[];
  /** Names of the targets of forwarding that are in the settings. */
  readonly targets: readonly string[];
  /** Names of targets that are gone for good: what they have still to get may go. */
  readonly ignoredTargets: readonly string[];
  readonly clock: Clock;
  readonly onProgress: (sentence: string, fields: object) => void;
}

/**
 * Removes from the embedded log what falls out, and builds the read models again. Every step is one transaction, with its record: where it is
 * interrupted, whatever is there is whole, and running it again does the rest.
 * @throws LogUnusable - a service is running, or the log can't be used; OperatorError - nothing was removed
 */
export async function applyRetention(run: RetentionRun): Promise<RetentionPlan> {
  const { dataDir, rules, clock, onProgress } = run;
  const unlock = lockDataDir(dataDir);
  try {
    const restore = createRestoreCheck(dataDir, silentLogger);
    const isRestored = restore.isRestored.bind(restore);
    const reader = openBegunLog(dataDir, { clock, logger: silentLogger, isRestored });
    try {
      restore.discardReadModels();
      const nowMs = clock();
      const readModel = await bringUpToDate(reader, run);
      const plan = planRetention({ folder: dataDir, readModel }, rules, { nowMs });
      const unfinished = path.join(dataDir, unfinishedName);
      if (plan.removals.length === 0 && !isUnfinished(dataDir)) return plan;
      assertSent(plan, run);
      assertNoCopy(dataDir);
      assertRoom(dataDir);
      closeSync(openSync(unfinished, 'w', 0o600));
      // First: none may show what is no longer there, wherever this ends. The folder is synced with both.
      removeAllReadModels(dataDir);
      fsyncPath(dataDir);
      forgetTargets(
        dataDir,
        run.ignoredTargets.filter((name) => !run.targets.includes(name)),
      );
      removeAll(plan, run, nowMs);
      await build(reader, run);
      rmSync(unfinished, { force: true });
      onProgress('retention: done', { step: 'done' });
      return plan;
    } finally {
      reader.close();
    }
  } finally {
    unlock();
  }
}

/** The newest complete read model of this version in a folder; null where there is none. */
export function findReadModel(folder: string): string | null {
  const ofThisVersion = readModelsIn(folder).filter(({ version }) => version === readModelVersion);
  const complete = ofThisVersion.find(({ file }) => {
    const db = openReadModelForReading(file);
    try {
      return versionOf(db).isComplete;
    } finally {
      db.close();
    }
  });
  return complete?.file ?? null;
}

/** A read model of the whole log. */
async function bringUpToDate(reader: EventReader, run: RetentionRun): Promise<string> {
  const file = findReadModel(run.dataDir);
  if (file === null) return build(reader, run);
  const db = openReadModelForWriting(file, null);
  try {
    const rows = createSqliteReadModelWriter(db);
    await assertSameLog(reader, rows);
    const { signal } = new AbortController();
    for await (const batch of reader.followAll({ after: rows.checkpoint(), batchEventsMax, signal })) {
      rows.roomForEvents();
      projectBatch(rows, batch, silentLogger);
      if (batch.caughtUp) break;
    }
  } finally {
    db.close();
  }
  return file;
}

function build(reader: EventReader, { dataDir, onProgress }: RetentionRun): Promise<string> {
  return buildReadModel(reader, dataDir, {
    logger: silentLogger,
    onProgress: (progress) => onProgress(`read models: ${progress.events} events`, { step: 'build', ...progress }),
  });
}

function removeAll(plan: RetentionPlan, { dataDir, rules, onProgress }: RetentionRun, nowMs: number): void {
  const removal = openEventRemoval(dataDir);
  try {
    const eventsTotal = plan.removals.reduce((sum, { positions }) => sum + positions.length, 0);
    let events = 0;
    for (const step of stepsOf(plan)) {
      const record = recordOf(step, rules, nowMs);
      removal.remove(record);
      events += record.events;
      onProgress(`retention: ${events} of ${eventsTotal} events removed`, { step: 'remove', events, eventsTotal });
    }
    onProgress('retention: the file of the log is written anew', { step: 'compact' });
    removal.compact();
  } finally {
    removal.close();
  }
}

/** What a target has still to get must not be gone: it would never get it, and nobody would know. */
function assertSent({ removals }: RetentionPlan, { dataDir, targets, ignoredTargets }: RetentionRun): void {
  const going = removals.flatMap(({ positions }) => positions);
  for (const { target, readTo, pending } of readUnsent(dataDir)) {
    const isSet = targets.includes(target);
    if (!isSet && ignoredTargets.includes(target)) continue;
    const unsent = going.filter((at) => at > readTo || pending.has(at)).length;
    if (unsent === 0) continue;
    throw new OperatorError(
      `Nothing was removed: ${unsent} events that would go have still to be sent to target ${target}. ${isSet ? ofTargetInSettings : ofUnknownTarget(target)}`,
    );
  }
}

const ofTargetInSettings =
  'Start the service and wait until it has them, or use "forwarding skip". If it is gone for good, take it out of the settings, and give --ignore-target with its name.';

const ofUnknownTarget = (target: string) =>
  `It is not in the settings of this command. Give it the FORWARD_* settings of the service, and let the service send them first; or, if that target is gone for good, give --ignore-target ${target}.`;

/** A query node's copy of a log in EventStoreDB, from which this log may have been imported, has all of it. */
function assertNoCopy(dataDir: string): void {
  const copy = copyFolder(dataDir);
  if (!existsSync(path.join(copy, 'log.sqlite'))) return;
  throw new OperatorError(
    `Nothing was removed: ${copy} has a copy of a log in EventStoreDB, in which the same callbacks may be. The embedded log does not need it: remove that folder, or move it elsewhere, and run the command again.`,
  );
}

/** SQLite writes the log a second time before it gives room back. */
function assertRoom(dataDir: string): void {
  const bytes = bytesOfLog(dataDir);
  const { freeBytes, reserveBytes } = measureDiskSpace(dataDir);
  if (bytes + reserveBytes <= freeBytes) return;
  throw new OperatorError(
    `Nothing was removed: the disk has not enough room to write the log anew. ${bytes} bytes are needed, ${freeBytes} are free, and ${reserveBytes} of them are kept for callbacks.`,
  );
}
