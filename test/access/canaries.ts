import { callbackTypeOf, interpret } from '../../src/callbacks/callback.ts';
import { isJsonObject, parseEmbeddedJson, type JsonObject } from '../../src/callbacks/json-object.ts';
import { unwrapped } from '../../src/callbacks/types/stream-live.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { relayBody, sourceUrlsAsSent } from '../support/relay-bodies.ts';
import { typedBodies } from '../support/typed-bodies.ts';

/** The corpus of canaries: secrets and personal data in every form, for every field of every type of callback. */

/** What no answer may have, in any encoding: in each secret is the mark of its own. */
const markOf = (name: string) => `ZQ${name.toUpperCase()}QZ`;

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Secrets of the settings, found by their values. Their characters are others in most encodings. */
export const settingsSecrets = {
  key: `${markOf('key')}+of+a.template`,
  keyOfDomain: `${markOf('domainkey')}&more`,
  token: `${markOf('token')}~of-the.url`,
  metricsToken: `${markOf('metrics')}~of-a.scraper`,
  standbyToken: `${markOf('standby')}~of-a.standby`,
  signingKey: `${markOf('signingkey')}"quoted"`,
  header: `${markOf('header')}\\of=a-target`,
  parameter: `${markOf('parameter')}-of-a-url`,
  alertKey: `whsec_${base64(`${markOf('webhook')} and enough of bytes`)}`,
  chatKey: `SEC${markOf('chat')}`,
} as const;

/** Secrets of others, found by their form. */
const forms: Readonly<Record<string, (mark: string) => string>> = {
  txsecret: (mark) => `txSecret=${mark}&txTime=5f`,
  wssecret: (mark) => `wsSecret=${mark}`,
  authkey: (mark) => `auth_key=1700000000-0-0-${mark}`,
  field: (mark) => `{"auth_key":"${mark}"}`,
  bearer: (mark) => `Authorization: Bearer ${mark}`,
  login: (mark) => `rtmp://user:${mark}@push.example/live/s`,
  bare: (mark) => `user:${mark}@push.example`,
  query: (mark) => `https://h.example/a?token=${mark}`,
  password: (mark) => `password=${mark}`,
  tencent: (mark) => `AKID${mark}ABCDEFGHIJK`,
  amazon: (mark) => `AKIA${mark.padEnd(16, '7').slice(0, 16)}`,
  alibaba: (mark) => `LTAI${mark}ABCDEFGH`,
  google: (mark) => `AIza${mark.padEnd(35, 'x')}`,
  jwt: (mark) => `eyJhbGciOiJSUzI1NiJ9.eyJ${mark}.${mark}`,
  webhook: (mark) => `whsec_${mark}ABCDEFGH`,
  cos: (mark) => `q-signature=${mark}`,
  url: (mark) => `https://h.example/callbacks/css/${mark}ABCDEFGHIJK`,
};

/** One secret, as something from outside may have it: in each encoding, separated by blanks. */
export interface Canary {
  readonly name: string;
  readonly mark: string;
  readonly text: string;
  readonly encoded: string;
}

const everyCharacter = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const inJson = (text: string) => JSON.stringify({ a: text });

const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  everyCharacter,
  base64,
  (text) => Buffer.from(`of ${text} and so on`).toString('base64url'),
  (text) => base64(base64(text)),
  (text) => encodeURIComponent(base64(text)),
  (text) => Buffer.from(text).toString('hex'),
  inJson,
  (text) => inJson(inJson(text)),
  (text) => text.replace(/[=&:/@ "]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`),
  (text) => text.toUpperCase(),
];

const canaryOf = (name: string, text: string, mark = markOf(name)): Canary => ({
  name,
  mark,
  text,
  encoded: encodings.map((encode) => encode(text)).join(' '),
});

/** All secrets. Those of the settings have marks that are found in no other. */
export const canaries: readonly Canary[] = [
  ...Object.entries(settingsSecrets).map(([name, text]) =>
    canaryOf(
      name,
      text,
      name === 'alertKey' ? markOf('webhook') : text.slice(text.indexOf('ZQ'), text.indexOf('QZ') + 2),
    ),
  ),
  ...Object.entries(forms).map(([name, form]) => canaryOf(`form-${name}`, form(markOf(name)), markOf(name))),
];

/** Addresses of people and nodes, as callbacks may have them. */
export const addresses = { v4: '203.0.113.77', v6: '2001:db8:77::1' } as const;
export const addressTexts: readonly string[] = Object.values(addresses).flatMap((address) => [
  address,
  `http://${address.includes(':') ? `[${address}]` : address}:8080/a`,
  encodeURIComponent(address),
  base64(`from ${address}, port 1`),
  inJson(address),
]);

/** Fields that decide what a callback is, or belongs to: with another value it would be another one, or none. */
const namesOfCallbacks = new Set(['appid', 'sequence', 'task_id', 'callback_event', 'event_type', 't', 'sign']);

/** The value with this text at the end of each text in it, also in JSON in a string, and once as the name of a member. */
function withEverywhere(value: unknown, text: string, name = ''): unknown {
  if (typeof value === 'string') {
    if (namesOfCallbacks.has(name) || /^\d+$/.test(value)) return value;
    const embedded = /^\s*[[{]/.test(value) ? parseEmbeddedJson(value) : undefined;
    return typeof embedded === 'object' ? JSON.stringify(withEverywhere(embedded, text)) : `${value} ${text}`;
  }
  if (Array.isArray(value)) return value.map((entry) => withEverywhere(entry, text, name));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, withEverywhere(inner, text, field)]));
}

/** The members of a body that its declaration reads, whether the body has them or not. */
export function membersRead(body: JsonObject): string[] {
  const read = new Set<string>();
  const watched = new Proxy(unwrapped(body), {
    get: (target, name) => {
      if (typeof name === 'string') read.add(name);
      return Reflect.get(target, name) as unknown;
    },
  });
  const { eventType } = interpret(watched);
  const { listed, sentenceOf } = callbackTypeOf(eventType);
  listed?.rowsOf(watched);
  sentenceOf?.(watched);
  return [...read].filter((name) => name !== 'toJSON' && !namesOfCallbacks.has(name));
}

/** Seconds since 1970, so that rules of alerts find what was received. */
const second = Math.floor(Date.now() / 1_000) - 3_600;

/** A body of each type of callback. `index` is in the names by which callbacks belong to each other. */
function bodies(index: number): JsonObject[] {
  const sequence = String(5_000 + index);
  const streamId = `s${index}`;
  const names = { appid: 1, domain: 'a.example', path: 'live', streamId, sequence };
  const task = (event: string, msg: object = {}) =>
    relayBody(event, JSON.stringify(msg), {
      task_id: sequence,
      to_url: `rtmp://push.example/live/${streamId}`,
      stream_id: streamId,
      callback_url: 'https://ledger.example/callbacks/css/a-token',
      source_urls: sourceUrlsAsSent(`http://source.example/${index}.flv`, 'rtmp://source.example/live/two'),
    });
  const file = { file_index: 0, url: `http://source.example/${index}.flv`, duration: 60 };
  return [
    pushBody({ sequence, stream_id: streamId, event_time: second }),
    interruptionBody({ sequence, stream_id: streamId, errcode: 5, event_time: second + 100 }),
    // Refused: there is no push of this sequence.
    interruptionBody({ sequence: `9${sequence}`, stream_id: streamId, errcode: 18, event_time: second + 200 }),
    task('TaskStart'),
    task('VodSourceFileStart', file),
    task('VodSourceFileFinish', file),
    task('TaskAlarm', { type: 'PullFileUnstable', message: 'slow' }),
    task('ResetTaskConfig', { message: 'again' }),
    task('TaskExit', { message: 'gone', code: -22 }),
    ...Object.values(typedBodies(names, second + index)),
    { event_type: 329, appid: 1, stream_id: '', channel_id: 'c', input_id: 'i', pipeline: 0 },
    { event_type: 330, appid: 1, stream_id: '', channel_id: 'c', input_id: 'i', pipeline: 1 },
    { event_type: 999, appid: 1, stream_id: streamId, what: 'something new' },
  ];
}

/** Every type of callback with this text in every text that it has or could have, and in the name of a member. */
export function bodiesWith(text: string, index: number): JsonObject[] {
  return bodies(index).map((body) => {
    const lacks = membersRead(body).filter((name) => !(name in body) && !namesOfCallbacks.has(name));
    const filled = { ...Object.fromEntries(lacks.map((name) => [name, ''])), ...body };
    return { ...(withEverywhere(filled, text) as JsonObject), [text]: [{ deep: text }] };
  });
}

/** Which marks a text shows to someone who decodes whatever can be decoded in it. Written without the code that hides. */
export function marksIn(text: string, marks: readonly string[] = canaries.map(({ mark }) => mark)): string[] {
  const all = decodings(text, 2).join('\n').toLowerCase();
  return marks.filter((mark) => all.includes(mark.toLowerCase()));
}

/** A mark is hidden if nothing is left of it: where `ZQ…QZ` was, neither of its ends. */
function decodings(text: string, times: number): string[] {
  if (times < 0) return [];
  let plain = text;
  for (let time = 0; time < 3; time += 1) plain = plain.replace(/%([0-9a-f]{2})/gi, byCode);
  plain = plain.replace(/\\+u00([0-9a-f]{2})/gi, byCode);
  const words = plain.match(/[\w+/-]{12,}/g) ?? [];
  const hex = words
    .filter((word) => /^[0-9a-f]+$/i.test(word))
    .map((word) => Buffer.from(word, 'hex').toString('latin1'));
  const inBase64 = [0, 1, 2, 3].map((skipped) =>
    words
      .map((word) =>
        Buffer.from(word.slice(skipped), 'base64')
          .toString('latin1')
          .replace(/[^ -~]/g, ' '),
      )
      .join('\n'),
  );
  return [plain, ...[...inBase64, hex.join('\n')].flatMap((decoded) => decodings(decoded, times - 1))];
}

const byCode = (_escape: string, code: string) => String.fromCharCode(parseInt(code, 16));
