import { audited } from './kinds/audited.ts';
import { domainSilent } from './kinds/domain-silent.ts';
import { flapping } from './kinds/flapping.ts';
import { incident } from './kinds/incident.ts';
import { missing } from './kinds/missing.ts';
import { notLive } from './kinds/not-live.ts';
import { pushEnded } from './kinds/push-ended.ts';
import { quarantined } from './kinds/quarantined.ts';
import { refused } from './kinds/refused.ts';
import { relayAlarm } from './kinds/relay-alarm.ts';
import { relayExit } from './kinds/relay-exit.ts';
import { pushErrorsReported, recordingFailed } from './kinds/reported.ts';
import { serviceTrouble } from './kinds/service-troubles.ts';
import type { RuleOf } from './alert-rule.ts';

/** All kinds of rules, in the order in which the schemas list them. */
export const alertKinds = [
  incident,
  pushEnded,
  notLive,
  flapping,
  domainSilent,
  refused,
  pushErrorsReported,
  recordingFailed,
  relayExit,
  relayAlarm,
  missing,
  quarantined,
  serviceTrouble,
  audited,
] as const;

/** What a rule of alerts is about. */
export type AlertKind = (typeof alertKinds)[number]['when'];

/** A rule of the file, with its defaults. */
export interface AlertRule extends RuleOf<AlertKind> {
  /** Names of targets. */
  readonly targets: string[];
}
