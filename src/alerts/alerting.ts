import { setImmediate as turn } from 'node:timers/promises';
import { openTargets, type SendingParts, type SentTarget } from '../forwarding/forwarding.ts';
import type { AllowedAddresses } from '../forwarding/post.ts';
import type { Time } from '../forwarding/send.ts';
import type { FailedForward, ForwardTargetStatus } from '../forwarding/target.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import { lastOrdinal, type Changes } from '../projecting/changes.ts';
import { alertBegan, alertEnded, alertStreamOf } from './alert-events.ts';
import { openAlertSender, type AlertTarget } from './alert-messages.ts';
import type { AlertRule } from './alert-kinds.ts';
import type { AlertSettings } from './alerts-file.ts';
import {
  readAlertChanges,
  readEndedAlerts,
  type AlertChange,
  type AskedChanges,
  type CurrentAlert,
  type EndedAlert,
} from './recorded-alerts.ts';
import { createRuleRunner, type RuleRunner, type RuleRunnerParts } from './rule-runner.ts';

/** Alerts, as operators see them. */
export interface CurrentAlerts {
  /** In the order of the rules, at most `currentAlertsMax`. */
  list(): readonly CurrentAlert[];
  /**
   * Alerts that ended from `fromMs` (inclusive) to `toMs` (exclusive): the newest `alertsMax` of them, the latest end
   * first.
   */
  ended(fromMs: number, toMs: number, alertsMax: number): Promise<readonly EndedAlert[]>;
  /** Beginnings and ends, in the order of the log. */
  changes(asked: AskedChanges): Promise<Changes<AlertChange>>;
  /** How many alerts each rule has. */
  counts(): readonly { readonly rule: string; readonly alerts: number }[];
  /** How far each target is, in the order of the settings. */
  targets(): Promise<readonly ForwardTargetStatus[]>;
  /** Messages that a target has not accepted for a day, the newest first, at most `failedListedMax`. */
  setAside(target: string): readonly FailedForward[];
}

/** Alerts listed at most: enough to see what they have in common. */
const currentAlertsMax = 500;

/** For a node without rules. */
export const noCurrentAlerts: CurrentAlerts = {
  list: () => [],
  ended: () => Promise.resolve([]),
  changes: ({ upTo }) => Promise.resolve(noChanges(upTo)),
  counts: () => [],
  targets: () => Promise.resolve([]),
  setAside: () => [],
};

function noChanges(upTo: bigint): Changes<AlertChange> {
  return { changes: [], to: { position: upTo, ordinal: lastOrdinal }, isLast: true };
}

/** Milliseconds between two looks at all rules. */
const evaluateEveryMs = 1_000;

/** Milliseconds between two log lines about rules that cannot be evaluated. */
const faultLoggedEveryMs = 60_000;

/** The rules and targets of a node, and everything that both work with. */
export interface AlertingOptions extends RuleRunnerParts {
  readonly alerts: AlertSettings;
  readonly allowed: AllowedAddresses;
  /** Called for each target, before any rule is evaluated. */
  readonly openTarget: (target: AlertTarget, parts: SendingParts) => Omit<SentTarget, 'change'>;
  readonly userAgent: string;
  /** What is done to each text of a message about what was received. */
  readonly hide: (text: string) => string;
  readonly time: Time;
  readonly logger: Logger;
}

interface Alerting {
  readonly current: CurrentAlerts;
  /** Stops evaluating, then sending. */
  close(): Promise<void>;
}

/**
 * Begins to evaluate the rules, and to send the messages that follow. A message is an event of the log before it is
 * sent, so each beginning and end is sent once, whatever is restarted or built again. Only a message whose answer was
 * lost is sent again, with its id.
 */
export function openAlerting(options: AlertingOptions): Alerting {
  const { alerts, allowed, openTarget, userAgent, hide, time, logger } = options;
  const targets = openTargets(alerts.targets, (target) => {
    const isAboutIncidents = ({ when, targets }: AlertRule) => when === 'INCIDENT' && targets.includes(target.name);
    const hasIncidents = alerts.rules.some(isAboutIncidents);
    const sender = openAlertSender(target, { allowed, clock: time.clock, userAgent, hasIncidents, hide });
    const takes = takenBy(target, alerts);
    // Each message is saved as sent before the next one is.
    const sent = openTarget(target, { sender, takes, savesEach: true, time, logger });
    return { sender, sent };
  });
  const runners = alerts.rules.map((rule) => createRuleRunner(rule, options));
  const stopEvaluating = startEvaluating(runners, time, logger);
  return {
    current: {
      list: () => listed(runners),
      async ended(fromMs, toMs, alertsMax) {
        const log = options.log();
        const rules = alerts.rules.map(({ name }) => name);
        return log === null ? [] : readEndedAlerts(log, rules, { fromMs, toMs, alertsMax });
      },
      async changes(asked) {
        const log = options.log();
        const rules = alerts.rules.map(({ name }) => name);
        return log === null ? noChanges(asked.after.position) : readAlertChanges(log, rules, asked);
      },
      counts: () => runners.map(({ rule, open }) => ({ rule: rule.name, alerts: [...open()].length })),
      targets: targets.statuses,
      setAside: targets.setAside,
    },
    async close() {
      await stopEvaluating();
      await targets.close();
    },
  };
}

/** Evaluates the rules, one after the other, again and again. Returns a function that ends this after the rule being evaluated. */
function startEvaluating(runners: readonly RuleRunner[], time: Time, logger: Logger): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let notLoggedBeforeMs = -Infinity;
  let cancel: () => void = () => undefined;
  let running = Promise.resolve();

  const evaluate = async () => {
    for (const runner of runners) {
      if (signal.aborted) return;
      try {
        await runner.run(time.clock(), signal);
      } catch (error) {
        if (time.steady() < notLoggedBeforeMs) continue;
        notLoggedBeforeMs = time.steady() + faultLoggedEveryMs;
        logger.error(
          { rule: runner.rule.name, ...describeFault(error) },
          'a rule of alerts could not be evaluated; it is tried again',
        );
      }
      await turn();
    }
  };
  const next = () => {
    running = evaluate().finally(() => {
      if (!signal.aborted) cancel = time.after(evaluateEveryMs, next);
    });
  };
  next();
  return async () => {
    stopping.abort();
    cancel();
    await running;
  };
}

function listed(runners: readonly RuleRunner[]): CurrentAlert[] {
  const all = runners.flatMap(({ rule: { name: rule, when }, open }) =>
    [...open()].map((alert) => ({ ...alert, rule, when })),
  );
  return all.slice(0, currentAlertsMax);
}

function takenBy({ name }: AlertTarget, { rules }: AlertSettings): (event: RecordedEvent) => boolean {
  const streams = new Set(rules.filter((rule) => rule.targets.includes(name)).map((rule) => alertStreamOf(rule.name)));
  return ({ streamName, type }) => streams.has(streamName) && (type === alertBegan || type === alertEnded);
}
