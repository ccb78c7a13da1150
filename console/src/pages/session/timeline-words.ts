import { eventName } from '../../parts/event-name.ts';
import { relayMessageOf } from '../../parts/relay-message.ts';
import { t } from '../../translations/translate.ts';
import type { TimelineEntry } from './use-session.ts';

/** What a callback in the timeline says, in a few words; its body has the rest. Others than of pushes and relays: as the API says it. */
export function wordsOf({ owner, callback }: TimelineEntry): string {
  const { eventType, callbackEvent, body } = callback;
  if (owner === 'SESSION' && eventType === 1) return t('session.entries.began');
  if (owner === 'SESSION' && eventType === 0) return t('session.entries.ended');
  if (owner === 'NEIGHBOUR') return t(`session.entries.neighbour-${eventType === 1 ? 'began' : 'ended'}`);
  if (owner === 'RELAY_TASK') return relayWords(callback.taskId ?? t('unknown'), callbackEvent ?? '', body);
  return callback.summary ?? t('session.entries.callback', { event: eventName(eventType, callbackEvent) });
}

function relayWords(task: string, event: string, body: unknown): string {
  const { index, code, type } = relayMessageOf(body);
  const file = index === undefined ? t('unknown') : Number(index) + 1;
  switch (event) {
    case 'TaskStart':
      return t('session.entries.run-began', { task });
    case 'TaskExit':
      return t('session.entries.run-exited', { task, code: code ?? t('unknown') });
    case 'VodSourceFileStart':
      return t('session.entries.file-began', { task, file });
    case 'VodSourceFileFinish':
      return t('session.entries.file-finished', { task, file });
    case 'TaskAlarm':
      return t('session.entries.alarm', { task, type: type ?? t('unknown') });
    // Some accounts get alarms as events of their own.
    case 'PullFileUnstable':
    case 'PushStreamUnstable':
    case 'PullFileFailed':
    case 'PushStreamFailed':
    case 'FileEndEarly':
      return t('session.entries.alarm', { task, type: event });
    default:
      return t('session.entries.relay', { task, event });
  }
}
