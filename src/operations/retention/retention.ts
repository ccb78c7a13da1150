import { asStored } from '../../log/sealing/sealed-event.ts';
import { SqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { systemClock } from '../../kernel/clock.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { assertSameLog } from '../../projecting/projector.ts';
import { openReadModelForReading } from '../../projecting/file/read-model-file.ts';
import { createReadModelReader } from '../../projecting/file/read-model-reader.ts';
import { required, type Command, jsonFlag, type CommandOutput } from '../../commands/command-line.ts';
import { findLogFolder, isRetentionUnfinished } from '../../node/data-dir.ts';
import { readSettings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags } from '../../settings/variables.ts';
import { applyRetention, findReadModel, tallyOf, type RetentionRun } from './apply.ts';
import { openPlan, openUnsentCheck, type RetentionSummary, type UnsentCheck } from './plan.ts';
import { readRetentionRules } from './retention-rules.ts';

/** `live-ledger retention`: shows what the rules no longer keep, and with `--apply` removes it. */
export const retentionCommand: Command = {
  name: 'retention',
  meaning: 'show what is older than rules keep it, and with --apply remove it; then the service must not run',
  flags: {
    ...serviceFlags,
    rules: {
      fallback: '',
      meaning: 'JSON file that says how long what is kept: see docs/retention.md',
      variable: 'RETENTION_FILE',
    },
    'ignore-target': {
      fallback: '',
      meaning: 'name of a target of forwarding that is gone for good: what it has still to get may go; repeatable',
      isRepeatable: true,
    },
    apply: { fallback: null, meaning: 'remove it, for good; without this nothing is changed' },
    json: jsonFlag,
  },
  async run(given, output) {
    const rules = readRetentionRules(required(given, 'rules', 'the file with the rules, or set RETENTION_FILE'));
    const settings = readSettings(environmentWith(given));
    if (settings.eventStore.kind !== 'sqlite') throw new OperatorError(embeddedOnly);
    const folder = findLogFolder(settings);
    const isApplied = given['apply'] === true;
    const nowMs = systemClock();
    const run: RetentionRun = {
      dataDir: folder,
      rules,
      clock: () => nowMs,
      onProgress: output.progress.bind(output),
      personalKeysDir: settings.personalKeysDir,
      targets: settings.forward.targets.map(({ name }) => name),
      ignoredTargets: String(given['ignore-target'] ?? '').split(','),
    };
    const { summary, unsent } = isApplied
      ? { summary: await applyRetention(run), unsent: [] }
      : await planRetention(run);
    report(summary, { isApplied, isUnfinished: isRetentionUnfinished(folder), unsent, output });
    return true;
  },
};

/** What `--apply` would remove, and what would make it refuse. */
async function planRetention(
  run: RetentionRun,
): Promise<Pick<Report, 'unsent'> & { readonly summary: RetentionSummary }> {
  const { dataDir, rules, clock, onProgress } = run;
  const readModel = findReadModel(dataDir) ?? noReadModel(dataDir);
  await assertOfLog(dataDir, readModel);
  const plan = openPlan({ folder: dataDir, readModel }, rules, { nowMs: clock() });
  try {
    const unsent = openUnsentCheck(run);
    const summary = tallyOf(plan, onProgress, unsent).summary(rules);
    return { summary, unsent: unsent.found() };
  } finally {
    plan.close();
  }
}

/** A read model of another log would find nothing in this one, as if all of it were kept. */
async function assertOfLog(folder: string, readModel: string): Promise<void> {
  const log = new SqliteEventReader(folder, asStored);
  const db = openReadModelForReading(readModel);
  try {
    await assertSameLog(log, createReadModelReader(db));
  } finally {
    db.close();
    log.close();
  }
}

const embeddedOnly =
  'Retention works with the embedded log only: in EventStoreDB many sessions share a stream, and single events of a stream cannot be removed. See docs/retention.md.';

const unfinished = 'An earlier run did not come to its end: run it again with --apply, and the service stopped.';

function noReadModel(folder: string): never {
  if (isRetentionUnfinished(folder)) throw new OperatorError(unfinished);
  throw new OperatorError(
    'There is no complete read model of this version, from which to tell what is over. Start the service, or run `live-ledger rebuild`.',
  );
}

interface Report {
  readonly isApplied: boolean;
  readonly isUnfinished: boolean;
  readonly unsent: ReturnType<UnsentCheck['found']>;
  readonly output: CommandOutput;
}

const words = { SESSIONS: 'sessions', TASKS: 'relay tasks', CALLBACKS: 'callbacks', QUARANTINE: 'in quarantine' };

function report(summary: RetentionSummary, { isApplied, isUnfinished, unsent, output }: Report): void {
  const { rules, counts, events, bytes, firstReceivedAtMs, lastReceivedAtMs } = summary;
  const [first, last] = events === 0 ? [null, null] : [firstReceivedAtMs, lastReceivedAtMs].map(textOf);
  const lines = counts.map(({ rule, what, appId, eventType, count, events: ofKind }) => {
    const type = eventType === null ? '' : `, type ${eventType}`;
    const days = (rules[rule] as { keepDays?: number }).keepDays;
    return `${count} ${words[what as keyof typeof words]} of account ${appId ?? 'unknown'}${type}: ${ofKind} events, kept for ${days} days`;
  });
  lines.push(
    events === 0
      ? isUnfinished
        ? unfinished
        : 'Nothing is older than the rules keep it.'
      : `${isApplied ? 'Removed' : 'To be removed'}: ${events} events, ${bytes} bytes, received from ${first} to ${last}.`,
  );
  if (isUnfinished && events > 0) lines.push(unfinished);
  for (const { target, events: still } of unsent) {
    lines.push(`${still} of them have still to be sent to target ${target}: --apply removes nothing before.`);
  }
  if (!isApplied && events > 0)
    lines.push('Nothing was changed. With --apply, and the service stopped, it is removed.');
  output.result(lines.join('\n'), {
    isApplied,
    events,
    bytes,
    firstReceivedAt: first,
    lastReceivedAt: last,
    isUnfinished,
    rules,
    counts,
    unsent,
  });
}

const textOf = (ms: number) => new Date(ms).toISOString();
