import { t } from '../translations/translate.ts';

/** CSS's event types that have a word here. Source: the vendor's pages on event notifications. */
const words = {
  0: 'interruption',
  1: 'push',
  100: 'recording',
  200: 'screenshot',
  317: 'audit',
  314: 'relay',
} as const;

/** What a callback is about, in a word. */
export function eventName(eventType: number | null | undefined, callbackEvent: string | null | undefined): string {
  if (callbackEvent) return callbackEvent;
  if (eventType === null || eventType === undefined) return t('unknown');
  const word = eventType in words ? words[eventType as keyof typeof words] : null;
  return word === null ? t('session.event.type', { type: eventType }) : t(`session.event.${word}`);
}
