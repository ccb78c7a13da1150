import { serviceTroubles, type AlertKind } from './alert-events.ts';
import { isJsonObject, type JsonObject } from '../callbacks/json-object.ts';
import { quarantineReasons } from '../quarantine/quarantine.ts';
import { endSides } from '../sessions/interruption-codes.ts';
import type { AllowedAddresses } from '../forwarding/post.ts';
import { readHeaders, readUrl } from '../forwarding/read-targets.ts';
import { missingReasons, sureness } from '../analysis/missing/missing-callbacks.ts';
import { isTimeZone } from '../analysis/periods.ts';
import { type AlertFormat, problemWithSecret } from './message-formats.ts';
import {
  type AlertRule,
  type AlertTarget,
  defaultsOfRule,
  defaultsOfTarget,
  flappingThreshold,
  withinSecondsOf,
} from './alert-rule.ts';
import { alertsSchema, nameSchema } from './alerts-schema.ts';
import { problemsOf, type JsonSchema } from './json-schema.ts';

/** The rules of alerts and where their messages go. */
export interface AlertSettings {
  readonly targets: readonly AlertTarget[];
  readonly rules: readonly AlertRule[];
}

/** No rules: there are no alerts. */
export const noAlerts: AlertSettings = { targets: [], rules: [] };

/** Milliseconds after which a message that a target refuses is set aside: nobody needs it later. */
const giveUpAfterMs = 24 * 3_600_000;

/** Problems that are reported: enough to mend a file. */
const problemsMax = 50;

/** Reads the file of rules. Collects every problem, with its path and without values. Returns no rules if there is a problem. */
export function readAlertsFile(
  text: string,
  allowed: AllowedAddresses,
): { readonly alerts: AlertSettings; readonly problems: readonly string[] } {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return { alerts: noAlerts, problems: ['the file is not JSON'] };
  }
  const problems = problemsOf(file, alertsSchema);
  if (!isJsonObject(file)) return { alerts: noAlerts, problems };
  const targets = soundEntries(file, 'targets').map(({ entry, index }) =>
    readTarget(entry, { label: `targets[${index}]`, problems, allowed }),
  );
  const targetNames = namesOf(file, 'targets');
  const names = [...new Set(targetNames)].filter((name) => name !== null);
  const rules = soundEntries(file, 'rules').map(({ entry, index }) => ({ index, rule: readRule(entry, names) }));
  problems.push(...repeated('targets', targetNames), ...repeated('rules', namesOf(file, 'rules')));
  for (const { rule, index } of rules) {
    if (names.length > 0 && rule.targets.some((name) => !names.includes(name))) {
      problems.push(`rules[${index}].targets: there is no target of that name; there are ${names.join(', ')}`);
    }
  }
  problems.push(...wrongTimeZones(rules));
  const alerts = problems.length === 0 ? { targets, rules: rules.map(({ rule }) => rule) } : noAlerts;
  return { alerts, problems: problems.slice(0, problemsMax) };
}

type Listed = 'targets' | 'rules';

/** None if the list itself is wrong. */
function entriesOf(file: JsonObject, list: Listed): readonly unknown[] {
  const entries = file[list];
  return Array.isArray(entries) && entries.length <= (listSchema(list).maxItems ?? 0) ? entries : [];
}

const listSchema = (list: Listed): JsonSchema => alertsSchema.properties?.[list] ?? {};

/** The entries that match the schema: their further problems are reported besides those of the others. */
function soundEntries(file: JsonObject, list: Listed) {
  const { items: schema = {} } = listSchema(list);
  return entriesOf(file, list).flatMap((entry, index) =>
    isJsonObject(entry) && problemsOf(entry, schema).length === 0 ? [{ entry, index }] : [],
  );
}

/** Null for an entry without a name that matches the schema. */
function namesOf(file: JsonObject, list: Listed): (string | null)[] {
  return entriesOf(file, list).map((entry) => {
    const given = isJsonObject(entry) ? entry['name'] : undefined;
    return typeof given === 'string' && problemsOf(given, nameSchema).length === 0 ? given : null;
  });
}

function wrongTimeZones(rules: readonly { readonly rule: AlertRule; readonly index: number }[]): string[] {
  return rules.flatMap(({ rule, index }) =>
    (['quietHours', 'schedule'] as const).flatMap((key) => {
      const schedule = key === 'quietHours' ? rule.quietHours : 'schedule' in rule ? rule.schedule : null;
      if (schedule === null || isTimeZone(schedule.timeZone)) return [];
      return [`rules[${index}].${key}.timeZone: must be a name of the IANA time zone database, such as Asia/Shanghai`];
    }),
  );
}

function repeated(list: Listed, names: readonly (string | null)[]): string[] {
  return names.flatMap((name, index) =>
    name === null || names.indexOf(name) === index ? [] : [`${list}[${index}].name: another one has this name`],
  );
}

function readTarget(
  given: JsonObject,
  reading: { readonly label: string; readonly problems: string[]; readonly allowed: AllowedAddresses },
): AlertTarget {
  const {
    format = defaultsOfTarget.format,
    secret = null,
    perMinute = defaultsOfTarget.perMinute,
  } = given as {
    format?: AlertFormat;
    secret?: string;
    perMinute?: number;
  };
  const problem = problemWithSecret(format, secret);
  if (problem !== null) reading.problems.push(`${reading.label}.secret: ${problem}`);
  return {
    name: given['name'] as string,
    url: readUrl(given['url'], reading)?.href ?? '',
    headers: readHeaders(given['headers'], reading),
    ...{ format, secret, giveUpAfterMs },
    // One after the other, so that an end does not overtake its beginning, whichever rules they are of.
    ...{ concurrency: 1, perSecond: perMinute / 60, isOrdered: true },
  };
}

/** The defaults of each kind of rule. */
const defaultsOf: Readonly<Record<AlertKind, object>> = {
  PUSH_ENDED: { filter: {}, sides: endSides.filter((side) => side !== 'CLIENT') },
  NOT_LIVE: { schedule: null },
  FLAPPING: { filter: {}, threshold: flappingThreshold },
  DOMAIN_SILENT: {},
  RELAY_EXIT: { filter: {}, exitCodes: null },
  RELAY_ALARM: { filter: {}, alarms: null },
  MISSING: { filter: {}, reasons: missingReasons, sureness: sureness.filter((word) => word !== 'POSSIBLE') },
  QUARANTINE: { reasons: quarantineReasons },
  SERVICE: { troubles: serviceTroubles },
};

/** Kinds whose threshold is no number of subjects. */
const ofOneSubject: readonly AlertKind[] = ['FLAPPING', 'QUARANTINE', 'SERVICE'];

/** The schema has checked it. */
function readRule(given: JsonObject, targets: readonly string[]): AlertRule {
  const when = given['when'] as AlertKind;
  const { [when]: withinSeconds }: Partial<Record<AlertKind, number>> = withinSecondsOf;
  const rule = { ...defaultsOfRule, quietHours: null, targets, withinSeconds, ...defaultsOf[when], ...given };
  return { ...rule, subjectsLeast: ofOneSubject.includes(when) ? 1 : rule.threshold } as unknown as AlertRule;
}
