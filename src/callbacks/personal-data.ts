import { asBuffer } from '../kernel/encoding.ts';
import { readAddress } from '../kernel/addresses.ts';
import { type Callback, interpret } from './callback.ts';
import { pushedStreamName, isOutsideReadModels } from './event-naming.ts';
import type { NewEvent } from '../log/event-store.ts';
import type { Cut, PersonalParts } from '../log/sealing/sealed-event.ts';
import { quarantineReasonOf } from '../quarantine/quarantine.ts';
import { parseJsonObject, readObject } from './json-object.ts';

/** What in a callback or another event is personal, and whose it is. Sealed events name subjects: how these are made never changes. */

/** Streams of what operators state, and of what their mutations answered. */
const operatorStreams = 'operator-';
const answerStreams = 'operator-answers-';

/** Streams of what says who did something, and nothing of a session or a task: the audit, and discards. */
const auditStreams = /^(?:operator-audit(?:-|$)|quarantine-decisions$)/;

/** Members of their events that are personal as a whole: texts of people, and answers that may repeat them. */
const personalOfOperators = new Set(['text', 'answer']);

/** Whose the answers of mutations are: only those who send a mutation again need them, so all of a day are erased together. */
export const answersSubject = 'operator-answers';

/** What is personal in an event, and whose it is. */
interface PersonalEvent extends PersonalParts {
  readonly subject: string;
  /** It is one session or one relay task, whose data are erased together, whatever the day. */
  readonly isOne: boolean;
}

/** Null: an event of this stream has nothing personal. */
export function readPersonal(
  streamName: string,
  { data, metadata }: Pick<NewEvent, 'data' | 'metadata'>,
): PersonalEvent | null {
  if (auditStreams.test(streamName)) {
    // By the address, so that erasing one leaves those of all others.
    const subject = `audit ${String(readObject(metadata)['remoteAddress'])}`;
    return { subject, isOne: false, data: personalCuts(data), metadata: personalCuts(metadata) };
  }
  if (streamName.startsWith(operatorStreams)) {
    const isAnswer = streamName.startsWith(answerStreams);
    // It has counts alone, and would go with what it answers.
    if (isAnswer && readObject(data)['mutation'] === 'erase') return null;
    const about = isAnswer ? null : subjectOfFact(data);
    return {
      subject: about ?? answersSubject,
      isOne: about !== null,
      data: personalCuts(data, personalOfOperators),
      metadata: personalCuts(metadata),
    };
  }
  if (isOutsideReadModels(streamName) && quarantineReasonOf(streamName) === null) return null;
  const body = parseJsonObject(data);
  const callback = body.ok ? interpret(body.object) : null;
  const subject = callback === null ? streamName : personalSubjectOf(callback);
  return {
    subject,
    isOne: /^\["(?:StreamSession|RelayTask)"/.test(subject),
    data: callback === null ? wholeText(data) : personalCuts(data),
    metadata: personalCuts(metadata),
  };
}

/** The metadata without who noted or released something: their addresses are not of those whose data it is. */
export function metadataOfSubject(streamName: string, metadata: Uint8Array): string {
  if (streamName.startsWith(operatorStreams) && !auditStreams.test(streamName)) return '';
  const { released: _byOperator, ...own } = readObject(metadata);
  return JSON.stringify(own);
}

/** The session or the task that a fact is about; null: it is no fact. */
function subjectOfFact(data: Uint8Array): string | null {
  const { type, appId, sequence, taskId } = Object(readObject(data)['subject']) as Record<string, unknown>;
  const key = sequence ?? taskId;
  if (typeof appId !== 'string' || typeof key !== 'string') return null;
  return subjectOf(type === 'RelayTask' ? type : 'StreamSession', appId, key);
}

/** Members whose whole value is personal: addresses, nodes, and the queries of push URLs. */
const personalMember =
  /^(?:node|stream_param|remoteAddress|(?:.*_)?(?:ip|ips|addr|address)|[a-z]+(?:Ip|IP|Addr|Address))$/;

/** Members that name the subject itself, or say what else is read: an address in them is a name. */
const names = new Set(
  'app appname domain path stream_id streamId channel_id channelId appid appId sequence task_id sign'.split(' '),
);

/** A string and whether it is a key; a bracket; or any other value. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]|[^\s"{}[\],:]+/gs;

/** A character of a URL as JSON may write it, also within JSON in a string: `\/` and `\u0026` are characters of one. */
const urlCharacter = String.raw`(?:[^\s"<>\\]|\\+(?:\/|u00[0-9a-fA-F]{2}))`;
const url = new RegExp(String.raw`[a-z][a-z0-9+.-]*:(?:\\*\/){2}(${urlCharacter}*)`, 'gi');
const loginOfUrl = /^[^/\\?#]*@/;
const queryOfUrl = /[?#]|\\+u00(?:3[fF]|23)/;
/** A query without a URL before it. */
const looseQuery = new RegExp(String.raw`\?[^\s"<>\\?=]*=${urlCharacter}*`, 'g');

/** Words that may be an address, but neither part of a longer word nor the host of a URL. */
const mayBeAddress =
  /(?<![\w.:/@-]|\/\[)(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})(?![\w:-]|\.\w)/gi;

/** A personal member of JSON that is in a string: its value, between quotes that are escaped as often as those of its name. */
const embeddedMember = /(\\+")([a-z_]+)\1\s*:\s*\1((?:(?!\1).)*)\1/gis;

/**
 * The parts of a JSON text that are personal: values of the members above wherever they are nested, queries and logins of URLs,
 * and addresses in any text. `whole` names further members. A text that is no JSON object is personal as a whole.
 */
export function personalCuts(text: Uint8Array, whole: ReadonlySet<string> = noMembers): readonly Cut[] {
  const json = asBuffer(text).toString('latin1');
  const cuts: Cut[] = [];
  let key = '';
  /** The depth of the brackets that are open, and the first of a personal value. */
  let [depth, personalFrom, personalDepth] = [0, -1, 0];
  for (const { 0: token, 1: colon, index } of json.matchAll(tokens)) {
    const end = index + token.length;
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (personalFrom !== -1) {
      if (depth > personalDepth) continue;
      cuts.push({ start: personalFrom, end, isValue: true });
      personalFrom = -1;
    } else if (colon !== undefined) {
      key = unquoted(token.slice(0, -colon.length));
      continue;
    } else if (isPersonal(key, whole)) {
      if (token === '{' || token === '[') [personalFrom, personalDepth] = [index, depth - 1];
      else if (token !== '}' && token !== ']') cuts.push({ start: index, end, isValue: true });
    } else if (token.startsWith('"')) cuts.push(...cutsWithin(token, index, key));
    // The members of a list have the key of the list.
    if (token === '}') key = '';
  }
  return cuts;
}

const noMembers: ReadonlySet<string> = new Set();

function isPersonal(key: string, whole: ReadonlySet<string>): boolean {
  return whole.has(key) || personalMember.test(key);
}

function unquoted(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

/** What is personal in a string of JSON, as it is written. */
function cutsWithin(token: string, at: number, key: string): readonly Cut[] {
  if (!/[?#@.:\\]/.test(token)) return [];
  const found: [start: number, end: number][] = [];
  for (const { 0: member, 2: name = '', 3: value = '', 1: quote = '', index } of token.matchAll(embeddedMember)) {
    const end = index + member.length - quote.length;
    if (personalMember.test(name) && value !== '') found.push([end - value.length, end]);
  }
  for (const { 0: whole, 1: rest = '', index } of token.matchAll(url)) {
    const begin = index + whole.length - rest.length;
    const login = loginOfUrl.exec(rest)?.[0].length ?? 0;
    const query = rest.search(queryOfUrl);
    if (login > 0) found.push([begin, begin + login]);
    if (query !== -1) found.push([begin + query, index + whole.length]);
  }
  for (const { 0: query, index } of token.matchAll(looseQuery)) found.push([index, index + query.length]);
  if (!names.has(key)) {
    for (const { 0: word, index } of token.matchAll(mayBeAddress)) {
      if (readAddress(word) !== null) found.push([index, index + word.length]);
    }
  }
  found.sort(([one], [other]) => one - other);
  let after = 0;
  return found.flatMap(([start, end]) => {
    const from = Math.max(start, after);
    if (from >= end) return [];
    after = end;
    return { start: at + from, end: at + end, isValue: false };
  });
}

/** Of a text that is no JSON object, everything is personal: nobody knows what it says. */
function wholeText(text: Uint8Array): readonly Cut[] {
  return [{ start: 0, end: text.byteLength, isValue: true }];
}

/**
 * Whose the personal data of a callback are: of a session or a relay task if it names one, else of the stream, else of the
 * account.
 */
export function personalSubjectOf(callback: Callback): string {
  const { appId } = callback;
  const { sequence, taskId } =
    callback.kind === 'RELAY'
      ? { sequence: null, taskId: callback.taskId }
      : callback.kind === 'OTHER'
        ? callback.names
        : { sequence: callback.sequence, taskId: null };
  if (sequence !== null) return subjectOf('StreamSession', appId, sequence);
  if (taskId !== null) return subjectOf('RelayTask', appId, taskId);
  const stream = callback.kind === 'RELAY' ? null : pushedStreamName(callback);
  return stream ?? subjectOf('Account', appId, '');
}

/** The subject of a session or a relay task. */
function subjectOf(type: 'StreamSession' | 'RelayTask' | 'Account', appId: string | null, key: string): string {
  return JSON.stringify([type, appId ?? 'unknown', key]);
}

/** The addresses in a text, each in the notation in which it is there. */
export function addressesIn(text: string): readonly string[] {
  return [...text.matchAll(/[\da-f:.]{3,}/gi)].map(([word]) => word).filter((word) => readAddress(word) !== null);
}
