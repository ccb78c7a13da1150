import { setImmediate as turn } from 'node:timers/promises';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { asBuffer } from '../kernel/encoding.ts';
import { readObject, parseJsonObject } from '../callbacks/json-object.ts';
import { interpret, namesOf } from '../callbacks/callback.ts';
import { addressesIn, answersSubject, metadataOfSubject, readPersonal } from '../callbacks/personal-data.ts';
import { addressKey, readAddress } from '../kernel/addresses.ts';
import type { EventReader, RecordedEvent } from '../log/event-store.ts';
import { dayOf } from '../log/sealing/key-files.ts';
import { isErased, keyNameOf, subjectDigest, type KeyName } from '../log/sealing/sealed-event.ts';
import type { ErasedBy, ErasureCounts, Erasure } from './erasure-events.ts';

/** Whose data to erase: what names them is in the callbacks. All that are given must fit. */
export interface ErasureCriteria {
  /** An address, in any notation. */
  readonly address?: string | undefined;
  /** A name of a stream, or `domain/path/stream`. */
  readonly stream?: string | undefined;
  /** `appid`. */
  readonly account?: string | undefined;
}

/** What is wrong with the criteria, by the name of each; null: nothing. */
export function problemOf({ address, stream, account }: ErasureCriteria): string | null {
  if (address === undefined && stream === undefined && account === undefined)
    return 'name an address, a stream or an account';
  if (address !== undefined && readAddress(address) === null) return 'address: must be an address of IPv4 or IPv6';
  return [stream, account].includes('') ? 'stream, account: must not be empty' : null;
}

/** By what they find. */
export function foundBy({ address, stream, account }: ErasureCriteria): readonly ErasedBy[] {
  const given: readonly (readonly [ErasedBy, unknown])[] = [
    ['ADDRESS', address],
    ['STREAM', stream],
    ['ACCOUNT', account],
  ];
  return given.flatMap(([name, value]) => (value === undefined ? [] : name));
}

/** The subjects to erase, by the names of their master keys. */
export type Targets = ReadonlyMap<string, ReadonlySet<string>>;

/** What an erasure would do. */
export interface ErasurePlan extends ErasureCounts {
  readonly targets: Targets;
  /** Events that fit and are not sealed: they were recorded before the setting was switched on. */
  readonly unsealed: number;
}

/** Reads a log with its events opened, and as they are stored. */
export interface LogToSearch {
  readonly opened: Pick<EventReader, 'followAll'>;
  readonly stored: Pick<EventReader, 'followAll'>;
}

type Progress = (step: 'search' | 'count' | 'collect', events: number) => void;

/** Events between two turns of others: some milliseconds. */
const batchEventsMax = 250;

/**
 * Finds the subjects of whom something sealed fits: of a session or a task all that is sealed, whatever the day; else what is sealed of that
 * day. The answers of mutations that the log keeps go with them.
 */
export async function planErasure(
  log: LogToSearch,
  criteria: ErasureCriteria,
  onProgress: Progress,
): Promise<ErasurePlan> {
  const fits = createMatch(criteria);
  const targets = new Map<string, Set<string>>();
  /** Sessions and tasks. */
  const wide = new Set<string>();
  let unsealed = 0;
  for await (const event of eventsOf(log.opened, (events) => onProgress('search', events))) {
    if (event.isDamaged === true || isErased(event) || !fits(event)) continue;
    const personal = readPersonal(event.streamName, event);
    if (personal === null || personal.subject === answersSubject) continue;
    const key = event.storedAs?.key;
    if (key === undefined) unsealed += Number(personal.data.length + personal.metadata.length > 0);
    else {
      add(targets, key);
      if (personal.isOne) wide.add(key.subject);
    }
  }
  if (targets.size > 0) wide.add(subjectDigest(answersSubject));
  const sessions = new Set<string>();
  const tasks = new Set<string>();
  let events = 0;
  for await (const event of eventsOf(log.stored, (count) => onProgress('count', count))) {
    const key = keyNameOf(event);
    if (key === null) continue;
    if (wide.has(key.subject)) add(targets, key);
    if (targets.get(key.masterId)?.has(key.subject) !== true) continue;
    events += 1;
    if (event.streamName.startsWith('relayTask-')) tasks.add(key.subject);
    else if (wide.has(key.subject) && event.streamName.startsWith('pushedStream-')) sessions.add(key.subject);
  }
  const days = new Set([...targets.keys()].map(dayOf)).size;
  return { targets, unsealed, events, sessions: sessions.size, tasks: tasks.size, days };
}

/** All subjects of some master keys that the log has. */
export async function subjectsOf(
  stored: LogToSearch['stored'],
  masterIds: ReadonlySet<string>,
  onProgress: Progress,
): Promise<Targets> {
  const found = new Map([...masterIds].map((masterId) => [masterId, new Set<string>()]));
  if (masterIds.size === 0) return found;
  for await (const event of eventsOf(stored, (events) => onProgress('collect', events))) {
    const key = keyNameOf(event);
    if (key !== null) found.get(key.masterId)?.add(key.subject);
  }
  return found;
}

function add(targets: Map<string, Set<string>>, { masterId, subject }: KeyName): void {
  const subjects = targets.get(masterId);
  if (subjects === undefined) targets.set(masterId, new Set([subject]));
  else subjects.add(subject);
}

async function* eventsOf(
  log: Pick<EventReader, 'followAll'>,
  onBatch: (events: number) => void,
): AsyncGenerator<RecordedEvent> {
  const { signal } = new AbortController();
  let read = 0;
  for await (const { events, caughtUp } of log.followAll({ after: null, batchEventsMax, signal })) {
    yield* events;
    read += events.length;
    onBatch(read);
    if (caughtUp) return;
    await turn();
  }
}

function createMatch({ address, stream, account }: ErasureCriteria): (event: RecordedEvent) => boolean {
  const key = address === undefined ? null : addressKey(address);
  return ({ streamName, data, metadata }) => {
    const texts = [asBuffer(data).toString()];
    if (key !== null) texts.push(metadataOfSubject(streamName, metadata));
    if (key !== null && !texts.some((text) => addressesIn(text).some((word) => addressKey(word) === key))) return false;
    if (stream === undefined && account === undefined) return true;
    const body = parseJsonObject(data);
    const callback = body.ok ? interpret(body.object) : null;
    if (account !== undefined && account !== (callback?.appId ?? accountOfFact(data))) return false;
    if (stream === undefined) return true;
    const { domain, path, streamId } = callback === null ? noNames : namesOf(callback);
    return streamId !== null && [streamId, `${domain}/${path}/${streamId}`].includes(stream);
  };
}

const noNames = { domain: null, path: null, streamId: null };

function accountOfFact(data: Uint8Array): unknown {
  return (Object(readObject(data)['subject']) as Record<string, unknown>)['appId'];
}

/** Milliseconds for which a plan may be carried out: time to read what it would do, and to ask a colleague. */
export const planMsMax = 10 * 60_000;

/** What a client was shown, and may ask for. */
interface ShownPlan {
  readonly criteria: ErasureCriteria;
  /** The name of who asked. */
  readonly by: string | null;
  readonly expiresAtMs: number;
}

/** A plan as a text that only holders of the secret can make, so that every node of a log takes it. */
export function writePlan(plan: ShownPlan, secret: string): string {
  const content = Buffer.from(JSON.stringify(plan)).toString('base64url');
  return `${content}.${signatureOf(content, secret).toString('base64url')}`;
}

/** Null: it is not one of ours, or somebody else's, or too old. */
export function readPlan(
  text: string,
  secret: string,
  now: Pick<ShownPlan, 'by'> & { readonly nowMs: number },
): ShownPlan | null {
  const [content = '', signature = ''] = text.split('.');
  const given = Buffer.from(signature, 'base64url');
  const right = signatureOf(content, secret);
  if (given.byteLength !== right.byteLength || !timingSafeEqual(given, right)) return null;
  const plan = JSON.parse(Buffer.from(content, 'base64url').toString()) as ShownPlan;
  return plan.by === now.by && plan.expiresAtMs > now.nowMs ? plan : null;
}

function signatureOf(content: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`erasure plan ${content}`).digest();
}

/** Erases in the log of this node. */
export interface ErasurePort {
  plan(criteria: ErasureCriteria): Promise<ErasurePlan>;
  /** A plan as a text that every node of the log takes. */
  write(plan: ShownPlan): string;
  /** Null: it is not one of this log, or of somebody else, or too old. */
  read(text: string, now: Pick<ShownPlan, 'by'> & { readonly nowMs: number }): ShownPlan | null;
  /** Durable once it returns. @throws LedgerError - BAD_USER_INPUT: another erasure is not done */
  request(erasure: Erasure, targets: Targets): void;
}
