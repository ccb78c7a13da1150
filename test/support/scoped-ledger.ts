import { secretDigest } from '../../src/kernel/encoding.ts';
import type { Scope, ScopePart } from '../../src/kernel/scope.ts';
import { askUntil } from './ask-until.ts';
import { interruptionBody, pushBody } from './callback-bodies.ts';
import { relayBody, sourceUrlsAsSent } from './relay-bodies.ts';
import { startApp, type RunningApp } from './running-app.ts';
import { typedBodies } from './typed-bodies.ts';

/** A stream of a customer. Its canary is in the names and texts of every callback about it, and of no other. */
export interface OwnStream {
  readonly appId: string;
  readonly domain: string;
  readonly path: string;
  readonly streamId: string;
}

/** Streams that differ in one name, or whose domains one could take for another's. */
const namesOfStreams = [
  ['1100000001', 'a.one.example', 'live'],
  ['1100000001', 'b.one.example', 'live'],
  ['1100000001', 'a.one.example', 'vod'],
  ['1100000001', 'one.example', 'live'],
  ['1100000002', 'x.two.example', 'live'],
  ['1100000002', 'a.one.example', 'live'],
  ['1100000002', 'evilone.example', 'live'],
  ['1100000003', 'deep.a.one.example', 'other'],
] as const;

export const canaryOf = (index: number) => `zq${index}qz`;

export const ownStreams = namesOfStreams.map(([appId, domain, path], index): OwnStream => ({
  appId,
  domain,
  path,
  streamId: `s-${canaryOf(index)}`,
}));

/** Streams of two domains that fail together: an incident of each, and of each the streams after the first fail with it. */
export const failingDomains = ['f.one.example', 'f.two.example'] as const;
export const failingOf = (domain: string) =>
  Array.from({ length: 12 }, (_, number): OwnStream => ({
    appId: domain === failingDomains[0] ? '1100000001' : '1100000002',
    domain,
    path: 'live',
    streamId: `${domain}-${number}`,
  }));

/** Whether something is inside a scope, by its rules: every name of one part that is given must be one of those listed. */
export function isInsideByTheRules(scope: Scope, { appId, domain, path, streamId }: OwnStream): boolean {
  const allows = (names: readonly string[] | undefined, name: string) => names === undefined || names.includes(name);
  const matches = (pattern: string) =>
    pattern.startsWith('*.')
      ? domain.length >= pattern.length && domain.endsWith(pattern.slice(1))
      : pattern === domain;
  const isPartOf = ({ accounts, domains, paths, streams }: ScopePart) =>
    allows(accounts, appId) && (domains?.some(matches) ?? true) && allows(paths, path) && allows(streams, streamId);
  return scope.some(isPartOf);
}

export const scopes: Readonly<Record<string, Scope>> = {
  account: [{ accounts: ['1100000001'] }],
  domain: [{ domains: ['a.one.example'] }],
  wildcard: [{ domains: ['*.one.example'] }],
  pathOfDomain: [{ domains: ['a.one.example'], paths: ['live'] }],
  stream: [{ streams: [`s-${canaryOf(0)}`] }],
  parts: [{ domains: ['b.one.example'] }, { accounts: ['1100000002'], paths: ['live'], domains: ['x.two.example'] }],
  failing: [{ domains: [failingDomains[0]] }],
  nothing: [{ accounts: ['1100000009'], domains: ['a.one.example'] }],
};

const base = Math.floor(Date.now() / 1_000) - 5_000;

/** Numbers that callbacks of a stream have for their ids. */
export const sequenceOf = (index: number, push = 0) => `70000000000000${String(index).padStart(2, '0')}${push}`;

/** Callbacks of every kind about a stream. */
export function bodiesOf({ appId, domain, path, streamId }: OwnStream, index: number): Record<string, unknown>[] {
  const [appid, canary] = [Number(appId), canaryOf(index)];
  const names = { appid, app: domain, appname: path, stream_id: streamId, channel_id: streamId };
  const text = { errmsg: `message ${canary}`, user_ip: `198.51.100.${index + 1}`, stream_param: `p=${canary}` };
  const push = (number: number, at: number) =>
    pushBody({ ...names, ...text, sequence: sequenceOf(index, number), event_time: at });
  const end = (number: number, at: number, errcode: number) =>
    interruptionBody({ ...names, ...text, sequence: sequenceOf(index, number), event_time: at, errcode });
  const task = (event: string, msg: object = {}) =>
    relayBody(event, JSON.stringify(msg), {
      appid,
      stream_id: streamId,
      task_id: `task-${canary}`,
      to_url: `rtmp://${domain}/${path}/${streamId}`,
      source_urls: sourceUrlsAsSent(`http://source.example/${canary}.flv`),
    });
  const typed = { appid, domain, path, streamId, sequence: sequenceOf(index, 0) };
  return [
    push(0, base + index),
    end(0, base + 100 + index, 3),
    push(1, base + 130 + index),
    // Refused: there is no push of this sequence.
    end(2, base + 200 + index, 18),
    task('TaskStart'),
    task('VodSourceFileStart', { file_index: 0, url: `http://source.example/${canary}.flv`, duration: 60 }),
    task('TaskAlarm', { type: `Alarm-${canary}`, message: canary }),
    task('TaskExit', { message: `exit ${canary}`, code: -1 }),
    ...Object.values(typedBodies(typed, base + index)).map((body) => withCanary(body, canary)),
  ];
}

/** The texts of a body that name nothing, with the canary at their end. */
function withCanary(body: Record<string, unknown>, canary: string): Record<string, unknown> {
  const marked = [
    'label',
    'asr_text',
    'ocrMsg',
    'title',
    'summary',
    'event_msg',
    'file_id',
    'pic_full_url',
    'video_url',
  ];
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, marked.includes(key) ? `${String(value)}-${canary}` : value]),
  );
}

export const tokenOf = (name: string) => ({ authorization: `Bearer token-of-${name}` });

export interface ScopedLedger extends RunningApp {
  /** A log cursor from before everything. */
  readonly before: string;
}

/** A ledger with the streams of several customers, a token for each scope, and one without, `all`. */
export async function startScopedLedger(): Promise<ScopedLedger> {
  const tokens = Object.entries({ ...scopes, all: null }).map(([name, scope]) => ({
    role: 'admin' as const,
    name,
    scope,
    rates: null,
    expiresAtMs: null,
    digest: secretDigest(`token-of-${name}`),
  }));
  const app = await startApp({ access: { mode: 'tokens', tokens } });
  const { data } = await app.ask('{ callbacks { liveFrom } }', {}, tokenOf('all'));
  const { liveFrom: before } = data?.['callbacks'] as { liveFrom: string };
  const post = async (body: unknown) => {
    const { status } = await app.post(body);
    if (status !== 200) throw new Error(`A callback was answered ${status}.`);
  };
  for (const [index, stream] of ownStreams.entries()) for (const body of bodiesOf(stream, index)) await post(body);
  for (const [at, domain] of failingDomains.entries()) {
    for (const [number, { appId, path, streamId }] of failingOf(domain).entries()) {
      const names = { appid: Number(appId), app: domain, appname: path, stream_id: streamId, channel_id: streamId };
      const sequence = `9000${at}${String(number).padStart(2, '0')}`;
      await post(pushBody({ ...names, sequence, event_time: base - 40_000 }));
      await post(interruptionBody({ ...names, sequence, event_time: base + 3_000 + 600 * at, errcode: 5 }));
    }
  }
  await app.projected();
  const incidents = async () => (await app.ask('{ incidents { totalCount } }', {}, tokenOf('all'))).data;
  await askUntil(incidents, (data) => (data?.['incidents'] as { totalCount: number }).totalCount === 4);
  return { ...app, app: app.app, log: app.log, before };
}

/** What texts say of a stream: names and ids that no other has, and its account and domain. */
const markedStreams = [
  ...ownStreams.map((stream, index) => ({
    stream,
    marks: [canaryOf(index), `198.51.100.${index + 1}`, ...[0, 1, 2].map((push) => sequenceOf(index, push))],
  })),
  ...failingDomains.flatMap((domain) => failingOf(domain).map((stream) => ({ stream, marks: [stream.streamId] }))),
];

/** What a text says of streams outside of a scope, and of accounts and domains that are nobody's inside. */
export function outsideIn(text: string, scope: string): string[] {
  const isInside = (stream: OwnStream) => isInsideByTheRules(scopes[scope] ?? [], stream);
  const namesOf = (streams: readonly { stream: OwnStream }[]) =>
    streams.flatMap(({ stream: { appId, domain } }) => [appId, domain]);
  const [inside, outside] = [true, false].map((wanted) =>
    markedStreams.filter((one) => isInside(one.stream) === wanted),
  );
  const shared = new Set(namesOf(inside ?? []));
  const marks = [...(outside ?? []).flatMap((one) => one.marks), ...namesOf(outside ?? [])];
  const found = [...new Set(marks)].filter((mark) => !shared.has(mark) && text.includes(mark));
  // One domain may be the end of another, and one number the beginning of another.
  return found.filter(
    (mark) => new RegExp(`(?<![\\w.-])${mark.replaceAll('.', '\\.')}(?![\\w.-])`).test(text) || mark.startsWith('zq'),
  );
}
