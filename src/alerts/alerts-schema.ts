import { alertFormats } from './message-formats.ts';
import { endSides } from '../sessions/interruption-codes.ts';
import { quarantineReasons } from '../quarantine/quarantine.ts';
import { serviceTroubles, type AlertKind } from './alert-events.ts';
import { missingReasons, sureness } from '../analysis/missing/missing-callbacks.ts';
import { defaultsOfRule, defaultsOfTarget, flappingThreshold, weekdays, withinSecondsOf } from './alert-rule.ts';
import type { JsonSchema } from './json-schema.ts';

/** Entries of a list of a filter. */
const filterEntriesMax = 1_000;

/** Rules are evaluated every second, one after the other, on the thread that also receives callbacks. */
const rulesMax = 64;

const targetsMax = 16;

/** Streams of a rule: each is looked up at each evaluation. */
const listedStreamsMax = 200;

/** Callbacks in quarantine that are counted at each evaluation: a few milliseconds of work. */
const quarantineThresholdMax = 20_000;

const dayS = 24 * 3_600;

/** The name of a target or a rule: it is part of the names of streams, and of files of progress. */
export const nameSchema: JsonSchema = { type: 'string', pattern: '^[\\w.-]{1,64}$' };

const texts = (description: string): JsonSchema => ({
  ...{ type: 'array', description, minItems: 1, maxItems: filterEntriesMax },
  items: { type: 'string', minLength: 1, maxLength: 256 },
});

const words = (from: readonly string[], description: string): JsonSchema => ({
  ...{ type: 'array', description, minItems: 1, maxItems: from.length },
  items: { type: 'string', enum: from },
});

const seconds = (description: string, minimum: number, maximum: number, otherwise?: number): JsonSchema => ({
  ...{ type: 'integer', description, minimum, maximum },
  ...(otherwise !== undefined && { default: otherwise }),
});

const schedule = (description: string): JsonSchema => ({
  ...{ type: 'object', description },
  properties: {
    timeZone: { type: 'string', description: 'A name of the IANA time zone database.', minLength: 1, maxLength: 64 },
    hours: { type: 'array', minItems: 1, maxItems: 50, items: scheduledHours },
  },
  ...{ required: ['timeZone', 'hours'], additionalProperties: false },
});

const timeOfDay: JsonSchema = { type: 'string', pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' };

const scheduledHours: JsonSchema = {
  type: 'object',
  properties: {
    days: words(weekdays, 'On which it begins. Every day, where it is left out.'),
    from: { ...timeOfDay, description: 'Such as 08:00.' },
    to: { ...timeOfDay, description: 'Not part of it. A time that is not later than `from` is of the next day.' },
  },
  required: ['from', 'to'],
  additionalProperties: false,
};

const streamFilter: JsonSchema = {
  type: 'object',
  description:
    'What the rule is about. Everything, where it is left out; else what has a value of each list that is set.',
  properties: {
    appIds: texts('Accounts.'),
    domains: texts('Push domains; of a relay task, that of its target.'),
    paths: texts('Push paths.'),
    streamIds: texts('Stream names.'),
  },
  additionalProperties: false,
};

const listedStream: JsonSchema = {
  type: 'object',
  properties: {
    domain: { type: 'string', description: 'Its push domain.', minLength: 1, maxLength: 256 },
    path: { type: 'string', description: 'Its push path. Any, where it is left out.', minLength: 1, maxLength: 256 },
    streamId: { type: 'string', description: 'Its name.', minLength: 1, maxLength: 1_024 },
  },
  required: ['domain', 'streamId'],
  additionalProperties: false,
};

const ruleName: JsonSchema = {
  ...nameSchema,
  description: 'In messages and in the log. Another name is another rule.',
};

const common = {
  forSeconds: seconds('How long the condition must be met before an alert begins.', 0, dayS, defaultsOfRule.forSeconds),
  quietSeconds: seconds(
    'How long the condition must not be met before an alert ends.',
    0,
    dayS,
    defaultsOfRule.quietSeconds,
  ),
  groupSeconds: seconds(
    'At least so long after a message about alerts that began, or ended, the next one is sent: what begins meanwhile is in that one.',
    1,
    dayS,
    defaultsOfRule.groupSeconds,
  ),
  quietHours: schedule(
    'When no alert begins: what still meets the condition afterwards begins then. Alerts end at any time.',
  ),
  targets: {
    ...{ type: 'array', description: 'Names of targets. All of them, where it is left out.', minItems: 1 },
    ...{ maxItems: targetsMax, items: nameSchema },
  },
} satisfies Record<string, JsonSchema>;

const threshold = (description: string, otherwise: number = defaultsOfRule.threshold): JsonSchema => ({
  ...{ type: 'integer', description, minimum: 1, maximum: 100_000, default: otherwise },
});

const withinSeconds = (when: keyof typeof withinSecondsOf) =>
  seconds('How long ago it may have been.', 60, 30 * dayS, withinSecondsOf[when]);

function rule(
  when: AlertKind,
  description: string,
  properties: Record<string, JsonSchema>,
  required: readonly string[] = [],
): JsonSchema {
  return {
    ...{ type: 'object', description },
    properties: { name: ruleName, when: { type: 'string', const: when }, ...properties, ...common },
    ...{ required: ['name', 'when', ...required], additionalProperties: false },
  };
}

const atOnce = (what: string) => threshold(`Alerts begin only while the condition is met by so many ${what}.`);

const rules: readonly JsonSchema[] = [
  rule('PUSH_ENDED', 'The newest push of a stream was ended by other than its client.', {
    filter: streamFilter,
    sides: words(endSides, 'Sides that may have ended it. All but CLIENT, where it is left out.'),
    withinSeconds: withinSeconds('PUSH_ENDED'),
    threshold: atOnce('streams'),
  }),
  rule(
    'NOT_LIVE',
    'A stream is not pushed when it should be.',
    {
      streams: { type: 'array', minItems: 1, maxItems: listedStreamsMax, items: listedStream },
      schedule: schedule('When the streams should be live. Always, where it is left out.'),
      threshold: atOnce('streams'),
    },
    ['streams'],
  ),
  rule('FLAPPING', 'A stream is pushed anew again and again.', {
    filter: streamFilter,
    withinSeconds: withinSeconds('FLAPPING'),
    threshold: threshold('Pushes of the stream that began within that time.', flappingThreshold),
  }),
  rule(
    'DOMAIN_SILENT',
    'No callbacks of a domain come.',
    {
      domains: texts('Push domains.'),
      silentSeconds: seconds('How long there was none.', 60, 7 * dayS),
      threshold: atOnce('domains'),
    },
    ['domains', 'silentSeconds'],
  ),
  rule('RELAY_EXIT', 'The newest run of a relay task has exited.', {
    filter: streamFilter,
    exitCodes: {
      ...{ type: 'array', description: 'Codes. Every exit but those with 0, where it is left out.', minItems: 1 },
      ...{ maxItems: filterEntriesMax, items: { type: 'integer', minimum: -2147483648, maximum: 2147483647 } },
    },
    withinSeconds: withinSeconds('RELAY_EXIT'),
    threshold: atOnce('tasks'),
  }),
  rule('RELAY_ALARM', 'An alarm of a relay task came.', {
    filter: streamFilter,
    alarms: texts('Kinds of alarms, such as PullFileUnstable. All, where it is left out.'),
    withinSeconds: withinSeconds('RELAY_ALARM'),
    threshold: atOnce('tasks and kinds of alarms'),
  }),
  rule('MISSING', 'A callback should have come, and did not.', {
    filter: streamFilter,
    reasons: words(missingReasons, 'What shows it. Any reason, where it is left out.'),
    sureness: words(sureness, 'How sure it is. All but POSSIBLE, where it is left out.'),
    withinSeconds: withinSeconds('MISSING'),
    threshold: atOnce('missing callbacks'),
  }),
  rule('QUARANTINE', 'Callbacks in quarantine wait for a decision.', {
    reasons: words(quarantineReasons, 'Why they are in quarantine. Any reason, where it is left out.'),
    threshold: {
      ...threshold('Callbacks of a reason from which on there is an alert.'),
      maximum: quarantineThresholdMax,
    },
  }),
  rule('SERVICE', 'This service itself is in trouble.', {
    troubles: words(serviceTroubles, 'What trouble. Any, where it is left out.'),
  }),
];

const target: JsonSchema = {
  type: 'object',
  description: 'Where messages are sent to.',
  properties: {
    name: { ...nameSchema, description: 'In the log, metrics, and the lists of rules.' },
    url: { type: 'string', description: 'http:// or https://, without a login.', maxLength: 2_048 },
    format: {
      ...{ type: 'string', description: 'A webhook as Standard Webhooks describes it, or that of a chat tool.' },
      ...{ enum: alertFormats, default: defaultsOfTarget.format },
    },
    secret: {
      ...{ type: 'string', maxLength: 512 },
      description:
        'What messages are signed with. STANDARD: whsec_ and 24 to 64 bytes in base64. DINGTALK, FEISHU: as the tool gives it.',
    },
    headers: { type: 'object', description: 'Further headers.' },
    perMinute: {
      ...{ type: 'integer', description: 'Messages in a minute.', minimum: 1, maximum: 600 },
      default: defaultsOfTarget.perMinute,
    },
  },
  required: ['name', 'url'],
  additionalProperties: false,
};

/** The schema of the file of rules. */
export const alertsSchema: JsonSchema = {
  type: 'object',
  description: 'Rules of alerts, and where their messages are sent to.',
  properties: {
    $schema: { type: 'string', description: 'For editors.' },
    targets: { type: 'array', minItems: 1, maxItems: targetsMax, items: target },
    rules: { type: 'array', minItems: 1, maxItems: rulesMax, items: { oneOf: rules } },
  },
  required: ['targets', 'rules'],
  additionalProperties: false,
};

/** The text of `schema/alerts.schema.json`. */
export function printAlertsSchema(): string {
  const $schema = 'https://json-schema.org/draft/2020-12/schema';
  return `${JSON.stringify({ $schema, title: 'Rules of alerts of Live Ledger', ...alertsSchema }, null, 2)}\n`;
}
