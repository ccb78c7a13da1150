import { createHash } from 'node:crypto';
import { callbackTypeOf, type Callback } from './callback.ts';
import type { RelayCallback } from './types/relay.ts';

/** The stream and type of an arrival's event. They are labels for people and filters: readers decide by the body. */
interface EventNaming {
  readonly streamName: string;
  readonly eventType: string;
}

/**
 * Names the event of an authentic callback. A stream is named after something long-lived (a pushed stream, a relay task,
 * the other callbacks of an account): the category before the first hyphen, then the parts. These names never change.
 */
export function nameEvent(callback: Callback): EventNaming {
  const { eventName = 'CssOther', eventNames } = callbackTypeOf(callback.eventType);
  return {
    streamName: longLivedStreamName(callback) ?? streamName('account', [callback.appId ?? 'unknown']),
    eventType: eventNames?.get(callback.callbackEvent ?? '') ?? eventName,
  };
}

function longLivedStreamName(callback: Callback): string | null {
  if (callback.kind === 'OTHER') return null;
  if (callback.kind !== 'RELAY') return pushedStreamName(callback);
  const { appId, taskId } = callback;
  return taskId === null ? null : streamName('relayTask', [appId ?? 'unknown', taskId]);
}

/**
 * The log's stream for pushes of the stream that a callback names; null if it names none. Recordings and screenshots
 * themselves are in the account's stream, however many pushed streams it has.
 */
export function pushedStreamName(callback: Exclude<Callback, RelayCallback>): string | null {
  const { appId } = callback;
  const { domain, path, streamId } = callback.kind === 'OTHER' ? callback.names : callback.facts;
  if (streamId === null) return null;
  return streamName('pushedStream', [appId ?? 'unknown', domain ?? '', path ?? '', streamId]);
}

/** Categories of streams without callbacks. */
const outsideCategories = ['quarantine', 'alert', 'receiving', 'operator'];

/** Single streams without callbacks: for the log's identity, removals from it, and erasures. */
const outsideStreams = ['ledger', 'retention', 'erasures'];

/** Whether the stream has no callbacks: one of the ledger's own, or of quarantine, alerts, receiving or operators. */
export function isOutsideReadModels(streamName: string): boolean {
  if (outsideStreams.includes(streamName)) return true;
  return outsideCategories.some((category) => streamName.startsWith(`${category}-`));
}

/** Whether an event is an accepted callback; those in quarantine are not. */
export function isCallbackEvent({ streamName, type }: { readonly streamName: string; readonly type: string }): boolean {
  return !isOutsideReadModels(streamName) && type.startsWith('Css');
}

/** Code units of a part; longer parts are cut and end in a hash, so that stream names stay bounded. */
const partLengthMax = 128;

function streamName(category: string, parts: readonly string[]): string {
  return `${category}-${parts.map(escapePart).join('/')}`;
}

/** Keeps every alphabet readable; escapes only what would split or hide a part. */
function escapePart(part: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is escaped
  const escaped = part.toWellFormed().replace(/[%/\u0000-\u0020\u007f]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
  if (escaped.length <= partLengthMax) return escaped;
  const hash = createHash('sha256').update(part).digest('hex').slice(0, 16);
  return `${escaped.slice(0, partLengthMax).toWellFormed()}~${hash}`;
}
