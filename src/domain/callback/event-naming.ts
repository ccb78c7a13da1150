import { createHash } from 'node:crypto';
import type { Callback } from './callback.ts';

/** Where an arrival is appended, and as what. Only labels for people and filters: readers decide by the body. */
export interface EventNaming {
  readonly streamName: string;
  readonly eventType: string;
}

/** A map, not an object: a `callback_event` may be `toString`. */
const eventTypeByCallbackEvent: ReadonlyMap<string, string> = new Map(
  Object.entries({
    TaskStart: 'CssRelayTaskStart',
    VodSourceFileStart: 'CssRelayVodSourceFileStart',
    VodSourceFileFinish: 'CssRelayVodSourceFileFinish',
    TaskExit: 'CssRelayTaskExit',
    ResetTaskConfig: 'CssRelayResetTaskConfig',
    TaskAlarm: 'CssRelayTaskAlarm',
  }),
);

/**
 * Names an authentic callback's event. Streams are named after what lives long (a pushed stream, a relay task, an
 * account's other callbacks): the category before the first hyphen, then the parts. These names are for ever.
 */
export function nameEvent(callback: Callback): EventNaming {
  const account = callback.appId ?? 'unknown';
  if (callback.kind === 'PUSH' || callback.kind === 'INTERRUPTION') {
    const { domain, path, streamId } = callback;
    const eventType = callback.kind === 'PUSH' ? 'CssPush' : 'CssInterruption';
    if (streamId === null) return { streamName: streamName('account', [account]), eventType };
    return { streamName: streamName('pushedStream', [account, domain ?? '', path ?? '', streamId]), eventType };
  }
  if (callback.kind === 'RELAY') {
    const { taskId } = callback;
    const eventType = eventTypeByCallbackEvent.get(callback.callbackEvent ?? '') ?? 'CssRelayOther';
    if (taskId !== null) return { streamName: streamName('relayTask', [account, taskId]), eventType };
    return { streamName: streamName('account', [account]), eventType };
  }
  return { streamName: streamName('account', [account]), eventType: 'CssOther' };
}

/** Streams outside callbacks, sessions and tasks: the ledger's own events, and quarantine. */
export function isOutsideReadModels(streamName: string): boolean {
  return streamName === 'ledger' || streamName.startsWith('quarantine-');
}

/** Code units of a part; longer ones are cut and end in a hash, so that no stream name grows without a bound. */
const partLengthMax = 128;

function streamName(category: string, parts: readonly string[]): string {
  return `${category}-${parts.map(escapePart).join('/')}`;
}

/** Any alphabet stays readable; only what would split or hide a part is escaped. */
function escapePart(part: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is escaped
  const escaped = part.toWellFormed().replace(/[%/\u0000-\u0020\u007f]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
  if (escaped.length <= partLengthMax) return escaped;
  const hash = createHash('sha256').update(part).digest('hex').slice(0, 16);
  return `${escaped.slice(0, partLengthMax).toWellFormed()}~${hash}`;
}
