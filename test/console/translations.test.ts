import { describe, expect, test } from '@jest/globals';
import { buildSchema, isEnumType } from 'graphql';
import { readFileSync } from 'node:fs';
import { en } from '../../console/src/translations/en/index.ts';
import * as id from '../../console/src/translations/id/index.ts';
import * as ja from '../../console/src/translations/ja/index.ts';
import * as ko from '../../console/src/translations/ko/index.ts';
import * as zh from '../../console/src/translations/zh/index.ts';
import { explain } from '../../src/quarantine/quarantine-explanation.ts';
import { joinConclusionOf } from '../../src/relay/relay-join.ts';
import { sessionsOf, type NamingCallback } from '../../src/sessions/callback-sessions.ts';
import { endCauseOf } from '../../src/sessions/interruption-codes.ts';

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
  StartedAtSource: ['session.source'],
} as const;

function enumKeys(): string[] {
  return Object.entries(wordsOfEnums).flatMap(([name, keys]) => {
    const type = schema.getType(name);
    if (!isEnumType(type)) throw new Error(`The schema has no enum ${name}.`);
    return keys.flatMap((before) => type.getValues().map((value) => `${before}.${value.name}`));
  });
}

test('English names every value of what operators read', () => {
  expect(enumKeys().filter((key) => !(key in flat(en)))).toEqual([]);
});

/** Every diagnosis of what is in quarantine, but for the one that counts seconds. */
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
  explain({ check: 'CLOCK', field: 't', secondsOff: 1 }).advice,
];

/** Every code that there may be a cause for; 21 means two things, and 18 with that message one of its own. */
const causes = [null, ...Array.from({ length: 60 }, (_, code) => code)].flatMap((endCode) =>
  [null, 'push url maybe invalid'].flatMap((endMessage) => {
    const interruption = { endCode, endCodeText: null, endMessage: endCode === 18 ? endMessage : null };
    return [endCauseOf(interruption, false), endCauseOf(interruption, true)];
  }),
);

/** Two pushes of one stream, one of a stream of that name in another domain, and one of another account. */
const sessions = ([1, 2, 3, 4] as const).map((id) => ({
  ...{ id, appId: id === 4 ? '2' : '1', sequence: id === 4 ? '11' : `1${id}`, path: 'live', streamId: 's' },
  ...{ domain: id === 3 ? 'b.example' : 'a.example', relayTaskId: null, isLive: false, firstPosition: BigInt(id) },
  ...{ startedAtMs: id === 2 ? 500_000 : 0, endedAtMs: id === 2 ? 2_000_000 : 1_000_000 },
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

/** Names of products, the same in each language. */
const names = ['title', 'nav.graphiql'];

/** The plural forms of a language, as the ends of keys; English has one more than the others. */
const pluralsOf = (language: string) =>
  new Intl.PluralRules(language).resolvedOptions().pluralCategories.map((form) => `_${form}`);

/** Keys of all that a language has a text for. */
function wholeKeys(language: string): string[] {
  const foreign = pluralsOf('en').filter((form) => !pluralsOf(language).includes(form));
  return Object.keys(flat(en)).filter((key) => !names.includes(key) && !foreign.some((form) => key.endsWith(form)));
}

describe.each(Object.entries({ zh, ja, ko, id }))('%s', (language, { texts, serverTexts }) => {
  test('has only texts that English has, with the same variables', () => {
    const english = flat(en);
    for (const [key, text] of Object.entries(flat(texts))) {
      expect({ key, variables: variablesOf(text) }).toEqual({ key, variables: variablesOf(english[key]) });
      expect(english).toHaveProperty([key]);
    }
  });

  test('has every text of the console', () => {
    const keys = wholeKeys(language);
    expect(keys.length).toBeGreaterThan(400);
    expect(keys.filter((key) => !(key in flat(texts)))).toEqual([]);
  });

  test('has every cause of an end and its advice', () => {
    const translated = Object.keys(serverTexts);
    const missing = causes.flatMap(({ summary, advice }) =>
      [summary, advice].filter((text) => !translated.includes(text)),
    );
    expect(missing).toEqual([]);
  });

  test('has what the page concludes from, and what else may be true', () => {
    const said = new Set(conclusions.flatMap(({ because, alternative }) => [because, alternative ?? because]));
    expect(said.size).toBeGreaterThanOrEqual(20);
    expect([...said].filter((text) => !(text in serverTexts))).toEqual([]);
  });

  test('has every diagnosis of quarantine and its advice', () => {
    expect(diagnosed.filter((text) => !(text in serverTexts))).toEqual([]);
  });

  test('names every value of what operators read', () => {
    const translated = flat(texts);
    expect(enumKeys().filter((key) => !(key in translated))).toEqual([]);
    expect(Object.keys(flat({ state: en.state })).filter((key) => !(key in translated))).toEqual([]);
  });
});
