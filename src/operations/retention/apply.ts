import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { RetentionRule } from './retention-rules.ts';
import type { EventReader } from '../../log/event-store.ts';
import { assertRoomToCompact, openEventRemoval } from '../../log/sqlite/event-removal.ts';
import { lockDataDir, lockReadModelBuilds } from '../../log/sqlite/data-dir-lock.ts';
import { openEventsWith } from '../../log/sealing/key-files.ts';
import { asStored } from '../../log/sealing/sealed-event.ts';
import { SqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { beginLog } from '../../log/sqlite/sqlite-event-store.ts';
import { forgetTargets } from '../../forwarding/forwarding-file-table.ts';
import type { Clock } from '../../kernel/clock.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { fsyncPath } from '../../kernel/disk.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { commandAuthor } from '../../log/author.ts';
import { projectBatch } from '../../projecting/project-batch.ts';
import { assertSameLog } from '../../projecting/projector.ts';
import {
  openReadModelForReading,
  openReadModelForWriting,
  readModelVersion,
  versionOf,
} from '../../projecting/file/read-model-file.ts';
import { readModelsIn, removeAllReadModels } from '../../projecting/file/read-models-on-disk.ts';
import { createReadModelWriter } from '../../projecting/file/read-model-writer.ts';
import { copyFolder, isRetentionUnfinished, retentionUnfinishedName } from '../../node/data-dir.ts';
import { compareWithReadModel, discardReadModels } from '../../projecting/file/restored-log.ts';
import { buildReadModel } from '../rebuild/build-read-model.ts';
import { createTimeLeft } from '../../commands/command-line.ts';
import {
  openPlan,
  openUnsentCheck,
  recordOf,
  RetentionTally,
  type KnownTargets,
  type RetentionPlan,
  type RetentionSummary,
  type UnsentCheck,
} from './plan.ts';

/** Events in one transaction when the read model is brought up to date. */
const batchEventsMax = 1_000;

export interface RetentionRun extends KnownTargets {
  /** The folder of the keys of personal data. */
  readonly personalKeysDir?: string | null;
  readonly rules: readonly RetentionRule[];
  readonly clock: Clock;
  readonly onProgress: (sentence: string, fields: object) => void;
}

/**
 * Removes from the embedded log what falls out, and builds the read models again. Every step is one transaction with its record:
 * an interrupted run leaves only whole steps, and another run does the rest.
 * @returns what was removed
 * @throws LogUnusable - a service is running, another command builds read models, or the log can't be used
 * @throws OperatorError - nothing was removed
 */
export async function applyRetention(run: RetentionRun): Promise<RetentionSummary> {
  const unlock = lockDataDir(run.dataDir);
  try {
    // A rebuild that began beside a service, which has ended since, would show the removed events again.
    const unlockBuilds = lockReadModelBuilds(run.dataDir);
    try {
      return await removeWhatFallsOut(run);
    } finally {
      unlockBuilds();
    }
  } finally {
    unlock();
  }
}

async function removeWhatFallsOut(run: RetentionRun): Promise<RetentionSummary> {
  const { dataDir, rules, clock, onProgress } = run;
  const before = new SqliteEventReader(dataDir, asStored);
  const compared = await compareWithReadModel(dataDir, before, await before.endPosition());
  before.close();
  beginLog(dataDir, { clock, logger: silentLogger, isRestored: compared.kind === 'older' }).close();
  // Only now: without the read models, nothing would make the log begin an epoch.
  if (compared.kind === 'older') discardReadModels(dataDir, compared, silentLogger);
  const reader = new SqliteEventReader(dataDir, openEventsWith(run.personalKeysDir ?? null));
  try {
    const nowMs = clock();
    const plan = openPlan({ folder: dataDir, readModel: await bringUpToDate(reader, run) }, rules, { nowMs });
    try {
      const unsent = openUnsentCheck(run);
      const planned = tallyOf(plan, onProgress, unsent);
      unsent.assertNone();
      if (planned.events === 0 && !isRetentionUnfinished(dataDir)) return planned.summary(rules);
      assertNoCopy(dataDir);
      assertRoomToCompact(dataDir, { bytes: planned.bytes, isUnfinished: isRetentionUnfinished(dataDir) });
      removeAll(plan, planned.events, { ...run, nowMs });
      await build(reader, run);
      rmSync(path.join(dataDir, retentionUnfinishedName), { force: true });
      onProgress('retention: done', { step: 'done' });
      return planned.summary(rules);
    } finally {
      plan.close();
    }
  } finally {
    reader.close();
  }
}

/** The newest complete read model of this version in a folder; null if there is none. */
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

/** Resolves with a read model of the whole log. */
async function bringUpToDate(reader: EventReader, run: RetentionRun): Promise<string> {
  const file = findReadModel(run.dataDir);
  if (file === null) return build(reader, run);
  const db = openReadModelForWriting(file, null);
  try {
    const rows = createReadModelWriter(db);
    await assertSameLog(reader, rows);
    const { signal } = new AbortController();
    for await (const batch of reader.followAll({ after: rows.checkpoint(), batchEventsMax, signal })) {
      rows.roomForEvents();
      projectBatch(rows, batch.events, silentLogger);
      if (batch.caughtUp) break;
    }
    rows.decideIncidents();
  } finally {
    db.close();
  }
  return file;
}

function build(reader: EventReader, { dataDir, onProgress }: RetentionRun): Promise<string> {
  const timeLeft = createTimeLeft();
  return buildReadModel(reader, dataDir, {
    logger: silentLogger,
    onProgress(progress) {
      const { events, eventsTotal } = progress;
      const secondsLeft = timeLeft(events, eventsTotal);
      const sentence = `read models: ${events} of ${eventsTotal} events, about ${secondsLeft} s left`;
      onProgress(sentence, { step: 'build', ...progress, secondsLeft });
    },
  });
}

/** Adds up what would be removed, and checks what targets of forwarding have not been sent yet. */
export function tallyOf(
  plan: RetentionPlan,
  onProgress: RetentionRun['onProgress'],
  unsent: UnsentCheck,
): RetentionTally {
  const tally = new RetentionTally();
  for (const step of plan.steps()) {
    tally.add(step);
    unsent.look(step);
    onProgress(`retention: ${tally.events} events found`, { step: 'plan', events: tally.events });
  }
  return tally;
}

/** Carries out the plan and closes it. The plan's read model is removed first, but stays open until then. */
function removeAll(plan: RetentionPlan, eventsTotal: number, run: RetentionRun & { readonly nowMs: number }): void {
  const { dataDir, rules, nowMs, onProgress } = run;
  closeSync(openSync(path.join(dataDir, retentionUnfinishedName), 'w', 0o600));
  // First, so that no read model shows removed events, wherever this ends. The sync covers both changes of the folder.
  removeAllReadModels(dataDir);
  fsyncPath(dataDir);
  forgetTargets(
    dataDir,
    run.ignoredTargets.filter((name) => !run.targets.includes(name)),
  );
  const author = commandAuthor();
  const removal = openEventRemoval(dataDir);
  const timeLeft = createTimeLeft();
  let events = 0;
  try {
    for (const step of plan.steps()) {
      const record = { ...recordOf(step, rules, nowMs), author };
      removal.remove(record);
      events += record.events;
      const secondsLeft = timeLeft(events, eventsTotal);
      const sentence = `retention: ${events} of ${eventsTotal} events removed, about ${secondsLeft} s left`;
      onProgress(sentence, { step: 'remove', events, eventsTotal, secondsLeft });
    }
    // Frees the space of the removed read model.
    plan.close();
    onProgress('retention: the file of the log is written anew', { step: 'compact' });
    removal.compact();
  } finally {
    removal.close();
  }
}

/** This log may have been imported from one in EventStoreDB, and a query node's copy of that has all of the events. */
function assertNoCopy(dataDir: string): void {
  const copy = copyFolder(dataDir);
  if (!existsSync(path.join(copy, 'log.sqlite'))) return;
  throw new OperatorError(
    `Nothing was removed: ${copy} has a copy of a log in EventStoreDB, in which the same callbacks may be. The embedded log does not need it: remove that folder, or move it elsewhere, and run the command again.`,
  );
}
