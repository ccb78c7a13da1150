import { setTimeout as pause } from 'node:timers/promises';
import { type Command, jsonFlag, type CommandOutput } from '../commands/command-line.ts';
import { systemClock } from '../kernel/clock.ts';
import { OperatorError } from '../kernel/errors.ts';
import { commandAuthor } from '../log/author.ts';
import { ledgerStreamName } from '../log/event-store.ts';
import { isDataDirInUse } from '../log/sqlite/data-dir-lock.ts';
import { asStored } from '../log/sealing/sealed-event.ts';
import { SqliteEventReader } from '../log/sqlite/sqlite-event-reader.ts';
import { hasReplica } from '../log/sqlite/sqlite-log-replica.ts';
import { noLogIn } from '../node/data-dir.ts';
import { isPromotionRequested, readStandby, requestPromotion, withdrawPromotion, promote } from '../node/standby.ts';
import { readSettings, type Settings } from '../settings/settings.ts';
import { environmentWith, serviceFlags } from '../settings/variables.ts';

/** Milliseconds for the old primary to answer: longer than any that works takes. */
const primaryAnswersMsMax = 3_000;

/** Milliseconds for a running standby to end and to start again. */
const promotedMsMax = 60_000;

/** Milliseconds between two looks at what it has done. */
const lookEveryMs = 50;

/** `live-ledger promote`: makes a primary of a standby, which may run. */
export const promoteCommand: Command = {
  name: 'promote',
  meaning: 'make a primary of a standby, in a new epoch; a standby that runs on DATA_DIR goes on as the primary',
  flags: {
    ...serviceFlags,
    force: {
      fallback: null,
      meaning: 'although the old primary answers, or is not known: it must record nothing more',
    },
    json: jsonFlag,
  },
  async run(given, output) {
    await promoteStandby(readSettings(environmentWith(given)), given['force'] === true, output);
    return true;
  },
};

/**
 * @throws OperatorError - the old primary answers, or the standby that runs does not end
 * @throws LogUnusable - DATA_DIR has no copy of a log
 */
async function promoteStandby(
  { dataDir, eventStore }: Settings,
  isForced: boolean,
  output: CommandOutput,
): Promise<void> {
  const isCopy = hasReplica(dataDir);
  if (isCopy === null) throw noLogIn(dataDir);
  const noted = readStandby(dataDir);
  if (isCopy) {
    const primary = eventStore.kind === 'primary' ? eventStore.url : (noted?.primary ?? null);
    if (!isForced) await assertGone(primary);
    const isRunning = isDataDirInUse(dataDir);
    if (isRunning) await promoteRunning(dataDir);
    else promote(dataDir, systemClock(), commandAuthor());
  } else if (noted === null) {
    throw new OperatorError(`DATA_DIR ${dataDir} has a log of its own: it never was a standby. Nothing was changed.`);
  }
  const has = await lastBeforeEpoch(dataDir);
  output.result(
    `DATA_DIR ${dataDir} is a primary's now, in a new epoch: cursors from before are refused. It has what was recorded up to ${has.recordedAt}, position ${has.position}. ` +
      'If no service runs on it, start one. Send callbacks here, and see that the old primary takes none: docs/standby.md.',
    { promoted: dataDir, ...has },
  );
}

async function lastBeforeEpoch(dataDir: string) {
  const reader = new SqliteEventReader(dataDir, asStored);
  try {
    let began = 0n;
    for await (const event of reader.readStream(ledgerStreamName)) began = event.position;
    const last = await reader.readAt(began - 1n);
    const recordedAt = last === null ? 'an unknown time' : new Date(last.recordedAtMs).toISOString();
    return { position: began - 1n, recordedAt };
  } finally {
    reader.close();
  }
}

/** Two primaries would record two histories, which nothing joins. */
async function assertGone(primary: string | null): Promise<void> {
  if (primary === null) {
    throw new OperatorError('It is not known which primary this was a standby of: set PRIMARY_URL, or use --force.');
  }
  if (!(await isAlive(primary))) return;
  throw new OperatorError(
    `The primary at ${primary} answers. Nothing was changed: two primaries would record two histories. Stop it first. If callbacks can't reach it any more, use --force.`,
  );
}

/**
 * Whether a service answers, and not only a proxy in front of it. Asked for its log, because that is what a proxy lets through for a
 * standby; without a token, it refuses in a form that proxies do not have.
 */
async function isAlive(primary: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(primaryAnswersMsMax);
    const answer = await fetch(`${primary}/log`, { signal, redirect: 'error' });
    const { code, error } = Object(await answer.json()) as Record<string, unknown>;
    return code === answer.status && /^[A-Z_]+$/.test(String(error));
  } catch {
    return false;
  }
}

async function promoteRunning(dataDir: string): Promise<void> {
  requestPromotion(dataDir, commandAuthor());
  for (let waitedMs = 0; isPromotionRequested(dataDir); waitedMs += lookEveryMs) {
    if (!isDataDirInUse(dataDir) && waitedMs > promotedMsMax / 2) {
      // It has ended, and nothing starts it again.
      promote(dataDir, systemClock(), commandAuthor());
      return;
    }
    if (waitedMs > promotedMsMax) {
      withdrawPromotion(dataDir);
      throw new OperatorError('The standby that runs on DATA_DIR did not end. Stop it, and run the command again.');
    }
    await pause(lookEveryMs);
  }
}
