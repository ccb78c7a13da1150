import { alertBegan, alertEnded, alertStreamOf } from '../domain/alerts/alert-events.ts';
import { currentAlertsMax, type CurrentAlert, type CurrentAlerts } from '../domain/alerts/current-alerts.ts';
import type { EventStore, RecordedEvent } from '../event-store/event-store.ts';
import type { AllowedAddresses } from '../forwarding/allowed-addresses.ts';
import { Forwarder } from '../forwarding/forwarder.ts';
import type { ForwardingState } from '../forwarding/forwarding-state.ts';
import type { Time } from '../forwarding/time.ts';
import type { Logger } from '../kernel/logger.ts';
import { createFindSubjects } from './conditions/find-subjects.ts';
import type { Sources } from './conditions/findings.ts';
import { startAlertLoop } from './evaluation/alert-loop.ts';
import { createRuleRunner, type RuleRunner } from './evaluation/rule-runner.ts';
import { openAlertSender } from './messages/alert-sender.ts';
import type { AlertTarget } from './rules/alert-rule.ts';
import type { AlertSettings } from './rules/read-rules.ts';

/** Milliseconds that stopping waits for answers: chats take seconds, and do not know what is sent again. Half of a shutdown. */
const stopMsMax = 5_000;

export interface AlertingOptions {
  readonly alerts: AlertSettings;
  readonly allowed: AllowedAddresses;
  readonly store: Pick<EventStore, 'append' | 'readStream' | 'lastRevision' | 'followAll' | 'readAt' | 'lagAfter'>;
  readonly state: ForwardingState;
  readonly sources: Sources;
  /** Whether the read models have what has been recorded. */
  readonly isCurrent: () => Promise<boolean>;
  readonly userAgent: string;
  readonly time: Time;
  readonly logger: Logger;
}

export interface Alerting {
  readonly current: CurrentAlerts;
  /** Stops evaluating, waits for answers for 5 seconds at most, and saves how far each target is. */
  close(): Promise<void>;
}

/**
 * Begins to evaluate the rules, and to send what follows. A message is an event of the log before it is sent: what began or
 * ended is sent once, whatever is restarted or built again; only a message whose answer was lost is sent again, with its id.
 */
export function openAlerting(options: AlertingOptions): Alerting {
  const { alerts, allowed, store, state, sources, isCurrent, userAgent, time, logger } = options;
  const targets = alerts.targets.map((target) => {
    const sender = openAlertSender(target, { allowed, clock: time.clock, userAgent });
    const takes = takenBy(target, alerts);
    return {
      sender,
      forwarder: new Forwarder(target, { log: store, state, sender, takes, savesEach: true, time, logger }),
    };
  });
  const runners = alerts.rules.map((rule) =>
    createRuleRunner(rule, { store, find: createFindSubjects(rule, sources) }),
  );
  const loop = startAlertLoop({ runners, isCurrent, time, logger });
  return {
    current: {
      list: () => listed(runners),
      counts: () => runners.map(({ rule, open }) => ({ rule: rule.name, alerts: [...open()].length })),
      targets: () => Promise.all(targets.map(({ forwarder }) => forwarder.status())),
    },
    async close() {
      await loop.stop();
      await Promise.all(targets.map(({ forwarder }) => forwarder.close(stopMsMax)));
      await Promise.all(targets.map(({ sender }) => sender.close()));
      state.close();
    },
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
