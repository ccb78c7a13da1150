/** What rules apply to. Sessions and tasks go with all their callbacks; CALLBACKS are those that belong to neither. */
export const retainedKinds = ['SESSIONS', 'TASKS', 'CALLBACKS', 'QUARANTINE'] as const;
export type RetainedKind = (typeof retainedKinds)[number];

/** How long something is kept. The first rule that matches decides; whatever no rule matches is kept for ever. */
export interface RetentionRule {
  readonly what: readonly RetainedKind[];
  /** Null: every account, including items that name none. */
  readonly accounts: readonly string[] | null;
  /** CALLBACKS only. Null: every type. */
  readonly eventTypes: readonly number[] | null;
  /** Null: for ever. */
  readonly keepDays: number | null;
}

/** An item for which a rule is looked up. */
export interface Retained {
  readonly what: RetainedKind;
  readonly appId: string | null;
  readonly eventType: number | null;
}

const dayMs = 24 * 3_600_000;

/** The index of the rule that decides; -1 if none matches. */
export function ruleIndexOf(rules: readonly RetentionRule[], { what, appId, eventType }: Retained): number {
  return rules.findIndex(
    (rule) =>
      rule.what.includes(what) &&
      (rule.accounts === null || (appId !== null && rule.accounts.includes(appId))) &&
      (rule.eventTypes === null || (eventType !== null && rule.eventTypes.includes(eventType))),
  );
}

/** Items that were over before this moment expire; null if they are kept for ever. */
export function cutoffMsOf(rules: readonly RetentionRule[], retained: Retained, nowMs: number): number | null {
  const keepDays = rules[ruleIndexOf(rules, retained)]?.keepDays ?? null;
  return keepDays === null ? null : nowMs - keepDays * dayMs;
}
