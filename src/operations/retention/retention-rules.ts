import type * as z from 'zod';
import {
  list,
  object,
  readJson,
  text,
  trueOrFalse,
  wholeNumber,
  withLines,
  word,
} from '../../settings/json-settings.ts';
import { SettingsInvalid } from '../../settings/settings-reader.ts';
import { readSettingsFile } from '../../settings/settings.ts';

/** What rules apply to. Sessions and tasks go with all their callbacks; CALLBACKS are those that belong to neither. */
export const retainedKinds = ['SESSIONS', 'TASKS', 'CALLBACKS', 'QUARANTINE'] as const;
type RetainedKind = (typeof retainedKinds)[number];

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

/** Rules of a file. Each callback is compared with all of them. */
const rulesMax = 100;

/** Entries of a list in a rule. */
const entriesMax = 1_000;

/** A hundred years. The minimum is a day: CSS repeats a callback for minutes, and one repeated after its removal counts as new. */
const keepDaysMax = 36_500;

const ruleSchema = object({
  what: list(word(retainedKinds), retainedKinds.length).optional(),
  accounts: list(text(1, 64), entriesMax).optional(),
  eventTypes: list(wholeNumber(0, 1_000_000), entriesMax).optional(),
  keepDays: wholeNumber(1, keepDaysMax).optional(),
  forever: trueOrFalse().default(false),
})
  .refine(({ keepDays, forever }) => forever === (keepDays === undefined), 'must have either keepDays or forever: true')
  .refine(({ what, eventTypes }) => eventTypes === undefined || what?.join() === 'CALLBACKS', {
    path: ['eventTypes'],
    error: 'needs "what": ["CALLBACKS"]; sessions and tasks fall out as a whole',
  })
  .transform(({ what = retainedKinds, accounts = null, eventTypes = null, keepDays = null }): RetentionRule => ({
    what,
    accounts,
    eventTypes,
    keepDays,
  }));

const fileSchema = object({ rules: list(ruleSchema, rulesMax) });

/**
 * Reads the rules of a file.
 * @throws SettingsInvalid - it can't be read, or something in it is wrong: every problem, with the path to it
 */
export function readRetentionRules(file: string): readonly RetentionRule[] {
  let problems: readonly string[];
  let read: z.output<typeof fileSchema> | null = null;
  try {
    const given = readSettingsFile(file);
    const found: string[] = [];
    read = readJson(given, fileSchema, found);
    problems = withLines(given, found);
  } catch (error) {
    problems = [(error as Error).message];
  }
  if (read === null) throw new SettingsInvalid(problems.map((problem) => `RETENTION_FILE: ${problem}`));
  return read.rules;
}
