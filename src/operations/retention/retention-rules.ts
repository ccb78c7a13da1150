import { problemsOf, type JsonSchema } from '../../alerts/json-schema.ts';
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

const ruleSchema: JsonSchema = {
  type: 'object',
  properties: {
    what: {
      type: 'array',
      minItems: 1,
      maxItems: retainedKinds.length,
      items: { type: 'string', enum: retainedKinds },
    },
    accounts: {
      ...{ type: 'array', minItems: 1, maxItems: entriesMax },
      items: { type: 'string', minLength: 1, maxLength: 64 },
    },
    eventTypes: {
      ...{ type: 'array', minItems: 1, maxItems: entriesMax },
      items: { type: 'integer', minimum: 0, maximum: 1_000_000 },
    },
    keepDays: { type: 'integer', minimum: 1, maximum: keepDaysMax },
    forever: { type: 'boolean' },
  },
  additionalProperties: false,
};

const fileSchema: JsonSchema = {
  type: 'object',
  properties: { rules: { type: 'array', minItems: 1, maxItems: rulesMax, items: ruleSchema } },
  required: ['rules'],
  additionalProperties: false,
};

interface GivenRule {
  readonly what?: readonly RetainedKind[];
  readonly accounts?: readonly string[];
  readonly eventTypes?: readonly number[];
  readonly keepDays?: number;
  readonly forever?: boolean;
}

/**
 * Reads the rules of a file.
 * @throws SettingsInvalid - it can't be read, or something in it is wrong: every problem, with the path to it
 */
export function readRetentionRules(file: string): readonly RetentionRule[] {
  let given: unknown;
  try {
    given = JSON.parse(readSettingsFile(file));
  } catch (error) {
    const problem = error instanceof SyntaxError ? 'the file is not JSON' : (error as Error).message;
    throw new SettingsInvalid([`RETENTION_FILE: ${problem}`]);
  }
  const wrong = problemsOf(given, fileSchema);
  const { rules } = Object(given) as { readonly rules: readonly GivenRule[] };
  const sound = Array.isArray(rules) ? rules.map((rule) => problemsOf(rule, ruleSchema).length === 0) : [];
  refuse([...wrong, ...sound.flatMap((isSound, index) => (isSound ? problemsOfRule(rules[index] ?? {}, index) : []))]);
  return rules.map(({ what = retainedKinds, accounts = null, eventTypes = null, keepDays = null }) => {
    return { what, accounts, eventTypes, keepDays };
  });
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new SettingsInvalid(problems.map((problem) => `RETENTION_FILE: ${problem}`));
}

function problemsOfRule({ what, eventTypes, keepDays, forever = false }: GivenRule, index: number): string[] {
  const problems: string[] = [];
  if (forever === (keepDays !== undefined))
    problems.push(`rules[${index}]: must have either keepDays or forever: true`);
  if (eventTypes !== undefined && what?.join() !== 'CALLBACKS') {
    problems.push(`rules[${index}].eventTypes: needs "what": ["CALLBACKS"]; sessions and tasks fall out as a whole`);
  }
  return problems;
}
