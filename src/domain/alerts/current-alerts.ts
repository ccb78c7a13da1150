import type { FailedForward, ForwardTargetStatus } from '../forwarding/forwarding-control.ts';
import type { Alert } from './alert-events.ts';
import type { AlertKind } from './alert-kinds.ts';

/** An alert that has begun and not ended. */
export interface CurrentAlert extends Alert {
  readonly rule: string;
  readonly when: AlertKind;
}

/** An alert that has begun and ended. */
export interface EndedAlert extends CurrentAlert {
  readonly endedAtMs: number;
}

/** Alerts, as operators see them. */
export interface CurrentAlerts {
  /** In the order of the rules. At most `currentAlertsMax`. */
  list(): readonly CurrentAlert[];
  /** Those that ended from a moment until another one, the latter exclusive: the newest at most, the last one first. */
  ended(fromMs: number, toMs: number, alertsMax: number): Promise<readonly EndedAlert[]>;
  /** How many there are of each rule. */
  counts(): readonly { readonly rule: string; readonly alerts: number }[];
  /** How far each target is, in the order of the settings. */
  targets(): Promise<readonly ForwardTargetStatus[]>;
  /** Messages that a target has not taken for a day, the newest first, at most `failedListedMax`. */
  setAside(target: string): readonly FailedForward[];
}

/** Alerts that are listed: enough to see what they have in common. */
export const currentAlertsMax = 500;

/** Of a node without rules. */
export const noCurrentAlerts: CurrentAlerts = {
  list: () => [],
  ended: () => Promise.resolve([]),
  counts: () => [],
  targets: () => Promise.resolve([]),
  setAside: () => [],
};
