import { describe, expect, test } from '@jest/globals';
import { buildSchema, isEnumType } from 'graphql';
import { readFileSync } from 'node:fs';
import { en } from '../../console/src/translations/en.ts';
import { serverText, showTexts, t, type Translation } from '../../console/src/translations/translate.ts';
import { refusalAdvice } from '../../src/callbacks/setup/callback-refusals.ts';
import type { IncidentRow } from '../../src/incidents/incident-fields.ts';
import { causeOf as causeOfIncident, conclusionOf } from '../../src/incidents/incident-words.ts';
import { explain } from '../../src/quarantine/quarantine.ts';
import { joinConclusionOf } from '../../src/relay/tables/join-table.ts';
import { sessionsOf, type NamingCallback } from '../../src/sessions/callback-sessions.ts';
import { endCauseOf, endSides } from '../../src/sessions/interruption-codes.ts';

/** The texts by their keys, as `live.title`. */
function flat(texts: object, before = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]: [string, unknown]) =>
      typeof text === 'string' ? [[before + key, text]] : Object.entries(flat(text as object, `${before}${key}.`)),
    ),
  );
}
const variablesOf = (text: string | undefined) => [...(text ?? '').matchAll(/\{\{\w+\}\}/g)].map(String).sort();

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

/** Where the words of an enum of the API are. */
const wordsOfEnums = {
  StreamSessionState: ['state'],
  RelayTaskState: ['taskState'],
  EndSide: ['side', 'sideMeans'],
  ForwardState: ['forwarding.state'],
  OutageCause: ['outages.cause'],
  MissingReason: ['missing.reason'],
  Sureness: ['missing.sureness', 'sureness.word'],
  CallbackKind: ['session.event'],
  PushRegion: ['session.region'],
  OperatorFactKind: ['facts.kind'],
  QuarantineReason: ['health.reason', 'health.meaning'],
  Signature: ['session.authentic'],
  AuditAction: ['audit.action'],
  AuditOutcome: ['audit.outcome'],
  Role: ['audit.role'],
  StartedAtSource: ['session.source'],
} as const;

function enumKeys(): string[] {
  return Object.entries(wordsOfEnums).flatMap(([name, keys]) => {
    const type = schema.getType(name);
    if (!isEnumType(type)) throw new Error(`The schema has no enum ${name}.`);
    return keys.flatMap((before) => type.getValues().map((value) => `${before}.${value.name}`));
  });
}

const english = flat(en);

test('English names every value of what operators read', () => {
  expect(enumKeys().filter((key) => !(key in english))).toEqual([]);
});

/** As translations have it: `{{1}}` for the first number. */
function withoutNumbers(text: string): string {
  let count = 0;
  return text.replace(/\d+(\.\d+)?/g, () => `{{${(count += 1)}}}`);
}

/** Every diagnosis of what is in quarantine. */
const quarantineChecks = [
  ...(['EMPTY', 'NOT_JSON', 'NOT_AN_OBJECT', 'TOO_DEEP'] as const).map((unreadable) => ({
    check: 'JSON' as const,
    field: 'body' as const,
    unreadable,
  })),
  { check: 'SIGN_PRESENT', field: 't' },
  { check: 'SIGN_PRESENT', field: 'sign' },
  { check: 'SIGN_MATCHES', field: 'sign' },
  { check: 'SIGN_OF_OTHER_DOMAIN', field: 'app' },
] as const;
const diagnosed = [
  ...quarantineChecks.map((check) => explain(check)).flatMap(({ summary, advice }) => [summary, advice]),
  ...[-901, 901].flatMap((secondsOff) => {
    const { summary, advice } = explain({ check: 'CLOCK', field: 't', secondsOff });
    return [withoutNumbers(summary), advice];
  }),
];

/** Every code that there may be a cause for; 21 means two things, and 18 with that message one of its own. */
const causes = [null, ...Array.from({ length: 60 }, (_, code) => code)].flatMap((endCode) =>
  [null, 'push url maybe invalid'].flatMap((endMessage) => {
    const interruption = { endCode, endCodeText: null, endMessage: endCode === 18 ? endMessage : null };
    return [endCauseOf(interruption, false), endCauseOf(interruption, true)];
  }),
);

/** What incidents are called, and what to do. Of relay tasks the console says itself what failed, with the names. */
const incidentSentences = endSides.flatMap((side) =>
  [null, ...Array.from({ length: 60 }, (_, code) => code)].flatMap((code) => {
    const push = causeOfIncident({ kind: 'PUSH', side, code, sourceHost: null });
    const relays = [null, 'host'].map((sourceHost) => causeOfIncident({ kind: 'RELAY_RUN', side, code, sourceHost }));
    return [push.cause, ...[push, ...relays].flatMap(({ advice, otherwise }) => [advice, otherwise])];
  }),
);

/** Why failures are one incident: with and without a usual number. */
const incidentConclusions = [0, 3.2, 40].map((usual) =>
  withoutNumbers(
    conclusionOf({ affected: 12, usual, kind: 'PUSH', side: 'NETWORK', code: 8, sourceHost: null } as IncidentRow)
      .because,
  ),
);

/** Two pushes of one stream, one of a stream of that name in another domain, and one of another account. */
const sessions = ([1, 2, 3, 4] as const).map((id) => ({
  id,
  appId: id === 4 ? '2' : '1',
  sequence: id === 4 ? '11' : `1${id}`,
  path: 'live',
  streamId: 's',
  domain: id === 3 ? 'b.example' : 'a.example',
  relayTaskId: null,
  isLive: false,
  firstPosition: BigInt(id),
  startedAtMs: id === 2 ? 500_000 : 0,
  endedAtMs: id === 2 ? 2_000_000 : 1_000_000,
}));
const anyCallback = { position: 9n, appId: '1', sequence: null, taskId: null, domain: null, path: null, streamId: 's' };
const times = [
  { fromMs: null, atMs: null },
  ...[100_000, 700_000, 1_500_000, 2_050_000].flatMap((atMs) => [0, atMs].map((fromMs) => ({ fromMs, atMs }))),
];
const callbacks: NamingCallback[] = times.flatMap((time) =>
  [null, 'a.example'].flatMap((domain) => [
    { ...anyCallback, ...time, domain },
    { ...anyCallback, ...time, domain, appId: null, sequence: '11' },
  ]),
);

/** Every conclusion of which callback belongs to which session, and which task fed it. */
const conclusions = [
  ...callbacks.flatMap((callback) => [
    ...sessionsOf(callback, sessions),
    ...sessionsOf(callback, sessions.slice(0, 1)),
  ]),
  ...(['NAMED', 'TIMES', 'ARRIVALS'] as const).flatMap((evidence) =>
    [true, false].map((hasOthers) => joinConclusionOf({ evidence, hasOthers })),
  ),
  ...causes,
].filter(({ sureness }) => sureness !== 'CERTAIN');

/** The sentences of the API that the console shows in the reader's language. */
const sentences = new Set([
  ...causes.flatMap(({ summary, advice }) => [summary, advice]),
  ...conclusions.flatMap(({ because, alternative }) => [because, alternative ?? because]),
  ...diagnosed,
  ...incidentSentences,
  ...incidentConclusions,
  ...Object.values(refusalAdvice),
]);

test('the API has sentences to translate', () => expect(sentences.size).toBeGreaterThanOrEqual(60));

/** Names of products, the same in each language. */
const names = ['title', 'nav.graphiql'];

/** The plural forms of a language, as the ends of keys; English has one more than the others. */
const pluralsOf = (language: string) =>
  new Intl.PluralRules(language).resolvedOptions().pluralCategories.map((form) => `_${form}`);

/** Keys of all that a language has a text for. */
function wholeKeys(language: string): string[] {
  const foreign = pluralsOf('en').filter((form) => !pluralsOf(language).includes(form));
  return Object.keys(english).filter((key) => !names.includes(key) && !foreign.some((form) => key.endsWith(form)));
}

describe.each(['zh', 'ja', 'ko', 'id'])('%s', (language) => {
  const { texts, serverTexts } = JSON.parse(
    readFileSync(`console/src/translations/${language}.json`, 'utf8'),
  ) as Translation;
  const translated = flat(texts);

  test('lacks no text of the console and no sentence of the API', () => {
    const missing = wholeKeys(language).filter((key) => !(key in translated));
    expect([...missing, ...[...sentences].filter((text) => !(text in serverTexts))]).toEqual([]);
  });

  test('has only texts that English has, with the same variables', () => {
    const variables = (texts: Readonly<Record<string, string>>) =>
      Object.keys(translated).map((key) => [key, variablesOf(texts[key])]);
    expect(Object.keys(translated).filter((key) => !(key in english))).toEqual([]);
    expect(variables(translated)).toEqual(variables(english));
  });
});

test('what a translation lacks is in English', async () => {
  await showTexts('ja', { texts: { nav: { live: 'ライブ' } }, serverTexts: {} });
  expect([t('nav.live'), t('nav.search'), serverText('No data arrived for a long time.')]).toEqual([
    'ライブ',
    'Search',
    'No data arrived for a long time.',
  ]);
});

test('a sentence of the API with numbers is translated by its words, and has its numbers in the order of the language', async () => {
  const serverTexts = { 'About {{1}} of {{2}} are gone.': '{{2}} 中 {{1}}' };
  await showTexts('ja', { texts: {}, serverTexts });
  expect([serverText('About 3.2 of 40 are gone.'), serverText('About 3 of 4 of 5.')]).toEqual([
    '40 中 3.2',
    'About 3 of 4 of 5.',
  ]);
});
