import { randomUUID } from 'node:crypto';
import { type Command, type GivenFlags, jsonFlag, type CommandOutput } from '../commands/command-line.ts';
import {
  erase,
  forgetErasure,
  readPendingErasure,
  requestErasure,
  type PendingErasure,
  noteApplied,
  readApplied,
} from '../erasure/erase.ts';
import { newestErasure } from '../erasure/erasure-events.ts';
import { foundBy, problemOf, type ErasureCriteria, type ErasurePlan } from '../erasure/erasure-plan.ts';
import { delay, systemClock } from '../kernel/clock.ts';
import { OperatorError } from '../kernel/errors.ts';
import { commandAuthor } from '../log/author.ts';
import { isDataDirInUse } from '../log/sqlite/data-dir-lock.ts';
import { findLogFolder } from '../node/data-dir.ts';
import { planIn, withLogToSearch } from '../node/erasures.ts';
import { removeReadModels } from '../projecting/file/read-models-on-disk.ts';
import { SettingsInvalid } from '../settings/settings-reader.ts';
import { readSettings, type Settings } from '../settings/settings.ts';
import { environmentWith, serviceFlags } from '../settings/variables.ts';
import { openTargetLog } from './transfer/log-access.ts';

/** Milliseconds between two looks at what the service has done. */
const lookEveryMs = 200;

/** `live-ledger erase`: makes personal data of somebody unreadable, for good. */
export const eraseCommand: Command = {
  name: 'erase',
  meaning:
    'show whose sealed personal data fit, and with --apply destroy their keys; the service may run, and must with EventStoreDB',
  flags: {
    ...serviceFlags,
    address: { fallback: '', meaning: 'all in whose callbacks this address is, in any notation' },
    stream: { fallback: '', meaning: 'all who pushed this stream: its name, or domain/path/stream' },
    account: { fallback: '', meaning: 'all of this account (`appid`)' },
    reason: { fallback: '', meaning: 'with --apply: why, for the record; without personal data, because it stays' },
    apply: { fallback: null, meaning: 'erase it, for good; without this nothing is changed' },
    json: jsonFlag,
  },
  async run(given, output) {
    const criteria = readCriteria(given);
    const isApplied = given['apply'] === true;
    const reason = String(given['reason'] ?? '').trim();
    const problems = isApplied && reason === '' ? ['--reason: say why; it is recorded'] : [];
    const problem = problemOf(criteria);
    if (problem !== null) problems.push(`--address, --stream, --account: ${problem}`);
    const settings = readSettings(environmentWith(given));
    const { personalKeysDir: keysFolder } = settings;
    if (keysFolder === null)
      problems.push('PERSONAL_KEYS_DIR: set it as the service has it; without it, nothing is sealed');
    if (problems.length > 0 || keysFolder === null) throw new SettingsInvalid(problems);
    if (isApplied && settings.eventStore.kind === 'primary') throw new OperatorError(ofStandby);
    const folder = findLogFolder(settings);
    const ledger = { settings, folder, keysFolder, output };
    if (isApplied) await finishEarlier(ledger);
    const plan = await planIn(folder, keysFolder, criteria, (step, events) =>
      output.progress(`erase: ${events} events read`, { step, events }),
    );
    if (!isApplied || plan.targets.size === 0) {
      const unfinished = readPendingErasure(folder);
      report(output, plan, { isApplied: false, unfinished });
      return unfinished === null;
    }
    const { targets, events, sessions, tasks, days } = plan;
    const author = commandAuthor();
    const erasure = {
      erasureId: randomUUID(),
      foundBy: foundBy(criteria),
      reason,
      by: author.name,
      author,
      askedAtMs: systemClock(),
    };
    await carryOut(requestErasure(folder, { ...erasure, events, sessions, tasks, days }, targets), ledger);
    report(output, plan, { isApplied: true, unfinished: null });
    return true;
  },
};

const ofStandby = 'A standby erases nothing. Nothing was changed: erase on its primary.';

interface Ledger {
  readonly settings: Settings;
  readonly folder: string;
  readonly keysFolder: string;
  readonly output: CommandOutput;
}

function readCriteria(given: GivenFlags): ErasureCriteria {
  const text = (name: string) => (typeof given[name] === 'string' ? given[name].trim() : undefined);
  return { address: text('address'), stream: text('stream'), account: text('account') };
}

async function finishEarlier(ledger: Ledger): Promise<void> {
  const earlier = readPendingErasure(ledger.folder);
  if (earlier === null) return;
  await carryOut(earlier, ledger);
  ledger.output.result('An earlier erasure is done now.', { finished: earlier.erasureId });
}

/** Resolves once no answer shows any more what was erased. */
async function carryOut(pending: PendingErasure, ledger: Ledger): Promise<void> {
  const { folder, settings } = ledger;
  if (isDataDirInUse(folder)) await waitForService(ledger);
  else if (settings.eventStore.kind === 'sqlite') await eraseAlone(pending, ledger);
  else
    throw new OperatorError('With EventStoreDB, the service erases. Start it on this DATA_DIR: it goes on by itself.');
}

async function waitForService({ folder, keysFolder, output }: Ledger): Promise<void> {
  const { signal } = new AbortController();
  for (let pending = readPendingErasure(folder); pending !== null; pending = readPendingErasure(folder)) {
    if (pending.problem !== undefined) throw new OperatorError(`The erasure is not done yet. ${pending.problem}`);
    assertInUse(folder);
    output.progress('erase: the service destroys the keys', { step: 'destroy' });
    await delay(lookEveryMs, signal);
  }
  const done = await withLogToSearch(folder, keysFolder, ({ stored }) => newestErasure(stored));
  while ((readApplied(folder) ?? -1n) < (done ?? -1n)) {
    assertInUse(folder);
    output.progress('erase: the service builds the read models anew', { step: 'rebuild' });
    await delay(lookEveryMs, signal);
  }
}

function assertInUse(folder: string): void {
  if (!isDataDirInUse(folder))
    throw new OperatorError('The service has stopped. It goes on once it is started again, and so does this command.');
}

async function eraseAlone(pending: PendingErasure, { settings, folder, keysFolder, output }: Ledger): Promise<void> {
  const target = await openTargetLog(settings);
  const { signal } = new AbortController();
  try {
    await withLogToSearch(folder, keysFolder, async (log) => {
      await erase(pending, {
        keysFolder,
        log,
        append: target.append,
        signal,
        onProgress: output.progress.bind(output),
      });
      // They show what was erased; the next start builds new ones.
      removeReadModels(folder, () => true);
      noteApplied(folder, (await newestErasure(log.stored)) ?? 0n);
    });
    forgetErasure(folder);
  } finally {
    await target.close();
  }
}

interface Outcome {
  readonly isApplied: boolean;
  readonly unfinished: PendingErasure | null;
}

function report(output: CommandOutput, plan: ErasurePlan, { isApplied, unfinished }: Outcome): void {
  const { events, sessions, tasks, days, unsealed, targets } = plan;
  const what = `${sessions} sessions, ${tasks} relay tasks, ${events} events, of ${days} days`;
  const lines = [`${isApplied ? 'Erased' : 'To be erased'}: the personal data of ${what}.`];
  if (unsealed > 0) {
    lines.push(`${unsealed} more events that fit are not sealed, and stay readable: docs/erasure.md#an-older-ledger.`);
  }
  if (unfinished !== null)
    lines.push('An earlier erasure is not done yet: run the command with --apply, or start the service.');
  if (!isApplied && targets.size > 0) lines.push('Nothing was changed. With --apply, it is erased for good.');
  output.result(lines.join('\n'), {
    isApplied,
    events,
    sessions,
    tasks,
    days,
    unsealed,
    isUnfinished: unfinished !== null,
  });
}
