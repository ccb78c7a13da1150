import * as z from 'zod';
import { isJsonObject } from '../callbacks/json-object.ts';
import type { AllowedAddresses } from '../forwarding/post.ts';
import { targetHeaders, targetUrl } from '../forwarding/read-targets.ts';
import { list, object, readJson, settingName, text, wholeNumber, withLines, word } from '../settings/json-settings.ts';
import { alertKinds, type AlertRule } from './alert-kinds.ts';
import { alertFormats, problemWithSecret, type AlertTarget } from './alert-messages.ts';
import { targetsMax } from './alert-rule.ts';

/** The rules of alerts and where their messages go. */
export interface AlertSettings {
  readonly targets: readonly AlertTarget[];
  readonly rules: readonly AlertRule[];
}

/** No rules: there are no alerts. */
export const noAlerts: AlertSettings = { targets: [], rules: [] };

/** Rules are evaluated every second, one after the other, on the thread that also answers queries. */
const rulesMax = 64;

/** Milliseconds after which a message that a target refuses is set aside: nobody needs it later. */
const giveUpAfterMs = 24 * 3_600_000;

/** Problems that are reported: enough to mend a file. */
const problemsMax = 50;

const format = word(alertFormats)
  .describe('A webhook as Standard Webhooks describes it, or that of a chat tool.')
  .default('STANDARD');
const secret = text(0, 512)
  .describe(
    'What messages are signed with. STANDARD: whsec_ and 24 to 64 bytes in base64. DINGTALK, FEISHU: as the tool gives it.',
  )
  .optional();

const signing = z
  .object({ format, secret })
  .transform((given) => problemWithSecret(given.format, given.secret ?? null));

const targetOf = (allowed: AllowedAddresses) =>
  object({
    name: settingName.describe('In the log, metrics, and the lists of rules.'),
    url: targetUrl(text(1, 2_048), allowed).describe('http:// or https://, without a login.'),
    format,
    secret,
    headers: targetHeaders.describe('Further headers.'),
    // DingTalk and WeCom take 20 messages in a minute, and block senders of more.
    perMinute: wholeNumber(1, 600).describe('Messages in a minute.').default(20),
  })
    .refine((given) => signing.parse(given) === null, {
      path: ['secret'],
      error: ({ input }) => signing.parse(input) ?? '',
      // Also beside other problems.
      when: ({ value }) => signing.safeParse(value).success,
    })
    .describe('Where messages are sent to.')
    .transform(({ perMinute, url, ...given }): AlertTarget => ({
      ...given,
      url: url.href,
      secret: given.secret ?? null,
      giveUpAfterMs,
      // One after the other, so that an end does not overtake its beginning, whichever rules they are of.
      concurrency: 1,
      perSecond: perMinute / 60,
      isOrdered: true,
    }));

const kindNames = alertKinds.map(({ when }) => when).join(', ');
const [first, ...others] = alertKinds;
const rule = z.discriminatedUnion('when', [first.rule, ...others.map((kind) => kind.rule)], {
  error: ({ input }) => (isJsonObject(input) ? `must be one of ${kindNames}` : 'must be an object'),
});

const fileOf = (allowed: AllowedAddresses) =>
  object({
    $schema: text(0, 2_048).describe('For editors.').optional(),
    targets: list(targetOf(allowed), targetsMax),
    rules: list(rule, rulesMax),
    incidents: z
      .boolean()
      .describe('Whether there is a rule `incidents` of the kind INCIDENT for all targets, if no rule is of that kind.')
      .default(true),
  }).meta({
    title: 'Rules of alerts of Live Ledger',
    description: 'Rules of alerts, and where their messages are sent to.',
  });

/** The text of `schema/alerts.schema.json`. */
export function printAlertsSchema(): string {
  const schema = z.toJSONSchema(fileOf({ loopback: false, private: false }), { io: 'input' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Reads the file of rules. Collects every problem, with its line and path and without values. Returns no rules if there is a problem. */
export function readAlertsFile(
  given: string,
  allowed: AllowedAddresses,
): { readonly alerts: AlertSettings; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const file = readJson(given, fileOf(allowed), problems);
  const names = readJson(given, namesOfFile, []);
  if (names !== null) problems.push(...problemsOfNames(names));
  if (file === null || problems.length > 0) {
    return { alerts: noAlerts, problems: withLines(given, problems).slice(0, problemsMax) };
  }
  const targets = file.targets.map(({ name }) => name);
  const rules = withIncidents(file).map((one) => ({ ...one, targets: one.targets ?? targets }));
  return { alerts: { targets: file.targets, rules }, problems };
}

/** The rules, with the one about incidents that every file has unless it says otherwise. */
function withIncidents({ rules, targets, incidents }: z.output<ReturnType<typeof fileOf>>) {
  const isGiven = rules.some(({ when, name }) => when === 'INCIDENT' || name === incidentsRule);
  if (!incidents || isGiven || targets.length === 0) return rules;
  return [...rules, rule.parse({ name: incidentsRule, when: 'INCIDENT' })];
}

/** The name of the rule about incidents that nobody has written. */
const incidentsRule = 'incidents';

/** The names in a file that may have problems. */
const namesOf = (entriesMax: number) =>
  z
    .array(
      z
        .object({ name: settingName.catch(''), targets: z.array(settingName).catch([]) })
        .catch({ name: '', targets: [] }),
    )
    .max(entriesMax)
    .catch([]);
const namesOfFile = z.object({ targets: namesOf(targetsMax), rules: namesOf(rulesMax) });

function problemsOfNames({ targets, rules }: z.output<typeof namesOfFile>): string[] {
  const known = [...new Set(targets.flatMap(({ name }) => name || []))];
  const repeated = Object.entries({ targets, rules }).flatMap(([key, entries]) =>
    entries.flatMap(({ name }, index) =>
      name === '' || entries.findIndex((one) => one.name === name) === index
        ? []
        : [`${key}[${index}].name: another one has this name`],
    ),
  );
  const unknown = rules.flatMap((one, index) =>
    known.length === 0 || one.targets.every((name) => known.includes(name))
      ? []
      : [`rules[${index}].targets: there is no target of that name; there are ${known.join(', ')}`],
  );
  return [...repeated, ...unknown];
}
