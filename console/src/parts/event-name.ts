import { t } from '../translations/translate.ts';

/** What CSS's event types are about: `CallbackKind` of the API. */
const kinds = {
  0: 'INTERRUPTION',
  1: 'PUSH',
  100: 'RECORDING',
  200: 'SCREENSHOT',
  314: 'RELAY',
  315: 'AUDIO_AUDIT',
  317: 'IMAGE_AUDIT',
  321: 'PUSH_ERROR',
  328: 'MONITORING',
  329: 'STREAM_LIVE_PUSH',
  330: 'STREAM_LIVE_INTERRUPTION',
  332: 'RECORDING_STATUS',
  338: 'SUBTITLES',
  341: 'ABNORMAL_RECORDING',
  343: 'QUALITY',
  344: 'QUALITY',
  345: 'QUALITY',
  347: 'ERASING',
  348: 'SUMMARY',
  349: 'HIGHLIGHT',
} as const;

/** What a callback is about, in a word. */
export function eventName(eventType: number | null | undefined, callbackEvent: string | null | undefined): string {
  if (callbackEvent) return callbackEvent;
  if (eventType === null || eventType === undefined) return t('unknown');
  const kind = eventType in kinds ? kinds[eventType as keyof typeof kinds] : null;
  return kind === null ? t('session.event.OTHER', { type: eventType }) : t(`session.event.${kind}`);
}
