import { systemClock } from '../../kernel/clock.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { exitStatus, required, type Command } from '../command-line.ts';
import { createCommandOutput, jsonFlag, type CommandOutput } from '../command-output.ts';
import { findLogFolder } from '../log-folder.ts';
import { readSettings } from '../settings.ts';
import { environmentWith, serviceFlags } from '../variables.ts';
import { applyRetention, findReadModel, isUnfinished } from './apply.ts';
import { planRetention, recordOf, type RetentionPlan } from './plan.ts';
import { readRetentionRules } from './read-rules.ts';

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
    const plan = isApplied
      ? await applyRetention({
          ...{ dataDir: folder, rules, clock: () => nowMs },
          targets: settings.forward.targets.map(({ name }) => name),
          ignoredTargets: String(given['ignore-target'] ?? '').split(','),
          onProgress: (sentence, fields) => output.progress(sentence, fields),
        })
      : planRetention({ folder, readModel: findReadModel(folder) ?? noReadModel(folder) }, rules, { nowMs });
    report(plan, {
      isApplied,
      isUnfinished: isUnfinished(folder),
      output,
      record: recordOf(plan.removals, rules, nowMs),
    });
    return exitStatus.done;
  },
};

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
  readonly record: ReturnType<typeof recordOf>;
}

const words = { SESSIONS: 'sessions', TASKS: 'relay tasks', CALLBACKS: 'callbacks', QUARANTINE: 'in quarantine' };

function report({ isCut }: RetentionPlan, { isApplied, isUnfinished, output, record }: Report): void {
  const { counts, events, bytes } = record;
  const [first, last] = events === 0 ? [null, null] : [record.firstReceivedAtMs, record.lastReceivedAtMs].map(textOf);
  const lines = counts.map(({ rule, what, appId, eventType, count, events: ofKind }) => {
    const type = eventType === null ? '' : `, type ${eventType}`;
    const days = (record.rules[rule] as { keepDays?: number }).keepDays;
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
  if (isCut) lines.push('There is more than one run removes: run it again.');
  if (!isApplied && events > 0)
    lines.push('Nothing was changed. With --apply, and the service stopped, it is removed.');
  output.result(lines.join('\n'), {
    ...{ isApplied, events, bytes, firstReceivedAt: first, lastReceivedAt: last, isMoreLeft: isCut, isUnfinished },
    ...{ rules: record.rules, counts },
  });
}

const textOf = (ms: number) => new Date(ms).toISOString();
