import type { RetentionRule } from '../../domain/retention/retention-rule.ts';
import { openSqliteEventReader } from '../../event-store/sqlite/sqlite-event-reader.ts';
import { systemClock } from '../../kernel/clock.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { assertSameLog } from '../../projections/projector.ts';
import { openReadModelForReading } from '../../read-models/sqlite/file/read-model-file.ts';
import { createSqliteReadModelReader } from '../../read-models/sqlite/sqlite-read-model-reader.ts';
import { exitStatus, required, type Command } from '../command-line.ts';
import { createCommandOutput, jsonFlag, type CommandOutput } from '../command-output.ts';
import { findLogFolder } from '../log-folder.ts';
import { readSettings } from '../settings.ts';
import { environmentWith, serviceFlags } from '../variables.ts';
import { applyRetention, findReadModel, isUnfinished, tallyOf } from './apply.ts';
import { openPlan } from './plan.ts';
import { readRetentionRules } from './read-rules.ts';
import type { RetentionSummary } from './tally.ts';

/** `live-ledger retention`: what falls out by rules, and with `--apply` its removal. */
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
  async run(given) {
    const rules = readRetentionRules(required(given, 'rules', 'the file with the rules, or set RETENTION_FILE'));
    const settings = readSettings(environmentWith(given));
    if (settings.eventStore.kind !== 'sqlite') throw new OperatorError(embeddedOnly);
    const folder = findLogFolder(settings);
    const output = createCommandOutput(given['json'] === true);
    const isApplied = given['apply'] === true;
    const nowMs = systemClock();
    const onProgress = output.progress.bind(output);
    const summary = isApplied
      ? await applyRetention({
          ...{ dataDir: folder, rules, clock: () => nowMs, onProgress },
          targets: settings.forward.targets.map(({ name }) => name),
          ignoredTargets: String(given['ignore-target'] ?? '').split(','),
        })
      : await summaryOf(folder, rules, { nowMs, onProgress });
    report(summary, { isApplied, isUnfinished: isUnfinished(folder), output });
    return exitStatus.done;
  },
};

async function summaryOf(
  folder: string,
  rules: readonly RetentionRule[],
  { nowMs, onProgress }: { readonly nowMs: number; readonly onProgress: CommandOutput['progress'] },
): Promise<RetentionSummary> {
  const readModel = findReadModel(folder) ?? noReadModel(folder);
  await assertOfLog(folder, readModel);
  const plan = openPlan({ folder, readModel }, rules, { nowMs });
  try {
    return tallyOf(plan, onProgress).summary(rules);
  } finally {
    plan.close();
  }
}

/** Of another log nothing would be found in this one, as if all of it were to be kept. */
async function assertOfLog(folder: string, readModel: string): Promise<void> {
  const log = openSqliteEventReader(folder);
  const db = openReadModelForReading(readModel);
  try {
    await assertSameLog(log, createSqliteReadModelReader(db));
  } finally {
    db.close();
    log.close();
  }
}

const embeddedOnly =
  'Retention works with the embedded log only: in EventStoreDB many sessions share a stream, and single events of a stream cannot be removed. See docs/retention.md.';

const unfinished = 'An earlier run did not come to its end: run it again with --apply, and the service stopped.';

function noReadModel(folder: string): never {
  if (isUnfinished(folder)) throw new OperatorError(unfinished);
  throw new OperatorError(
    'There is no complete read model of this version, from which to tell what is over. Start the service, or run `live-ledger rebuild`.',
  );
}

interface Report {
  readonly isApplied: boolean;
  readonly isUnfinished: boolean;
  readonly output: CommandOutput;
}

const words = { SESSIONS: 'sessions', TASKS: 'relay tasks', CALLBACKS: 'callbacks', QUARANTINE: 'in quarantine' };

function report(summary: RetentionSummary, { isApplied, isUnfinished, output }: Report): void {
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
  if (!isApplied && events > 0)
    lines.push('Nothing was changed. With --apply, and the service stopped, it is removed.');
  output.result(lines.join('\n'), {
    ...{ isApplied, events, bytes, firstReceivedAt: first, lastReceivedAt: last, isUnfinished },
    ...{ rules, counts },
  });
}

const textOf = (ms: number) => new Date(ms).toISOString();
