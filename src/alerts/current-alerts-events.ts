import type { FailedForward, ForwardTargetStatus } from '../forwarding/forwarding-control.ts';
import type { Alert } from './alert-events.ts';
import type { AlertKind } from './alert-kinds-events.ts';

/** An alert that has begun and has not ended. */
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
  /** In the order of the rules, at most `currentAlertsMax`. */
  list(): readonly CurrentAlert[];
  /**
   * Alerts that ended from `fromMs` (inclusive) to `toMs` (exclusive): the newest `alertsMax` of them, the latest end
   * first.
   */
  ended(fromMs: number, toMs: number, alertsMax: number): Promise<readonly EndedAlert[]>;
  /** How many alerts each rule has. */
  counts(): readonly { readonly rule: string; readonly alerts: number }[];
  /** How far each target is, in the order of the settings. */
  targets(): Promise<readonly ForwardTargetStatus[]>;
  /** Messages that a target has not accepted for a day, the newest first, at most `failedListedMax`. */
  setAside(target: string): readonly FailedForward[];
}

/** Alerts listed at most: enough to see what they have in common. */
export const currentAlertsMax = 500;

/** For a node without rules. */
export const noCurrentAlerts: CurrentAlerts = {
  list: () => [],
  ended: () => Promise.resolve([]),
  counts: () => [],
  targets: () => Promise.resolve([]),
  setAside: () => [],
};
