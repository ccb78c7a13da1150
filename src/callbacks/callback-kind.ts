/** The subjects of the documented types of callbacks; see the vendor's page on each. */
const kindByEventType = {
  0: 'INTERRUPTION',
  1: 'PUSH',
  100: 'RECORDING',
  200: 'SCREENSHOT',
  314: 'RELAY',
  315: 'AUDIO_AUDIT',
  317: 'IMAGE_AUDIT',
  321: 'PUSH_ERROR',
  328: 'MONITORING',
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

export type CallbackKind = (typeof kindByEventType)[keyof typeof kindByEventType] | 'OTHER';

/** The subject of a callback, by its `event_type`. */
export function callbackKindOf(eventType: number | null): CallbackKind {
  return (kindByEventType as Partial<Record<number, CallbackKind>>)[eventType ?? -1] ?? 'OTHER';
}
