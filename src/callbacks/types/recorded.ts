import type { CallbackType } from './declaration.ts';

/** The types of the vendor's documents that no session or relay task is folded from; see the vendor's page on each. */
export const recordedTypes = [
  { eventTypes: [100], kind: 'RECORDING', meaning: 'a recording was saved.', isSentLater: true },
  { eventTypes: [200], kind: 'SCREENSHOT', meaning: 'a screenshot was saved.' },
  { eventTypes: [315], kind: 'AUDIO_AUDIT', meaning: 'a moderation of audio.' },
  { eventTypes: [317], kind: 'IMAGE_AUDIT', meaning: 'a moderation of images.' },
  { eventTypes: [321], kind: 'PUSH_ERROR', meaning: 'an error during a push.' },
  { eventTypes: [328], kind: 'MONITORING', meaning: 'stream monitoring.' },
  { eventTypes: [332], kind: 'RECORDING_STATUS', meaning: 'a recording began, paused or ended.' },
  { eventTypes: [338], kind: 'SUBTITLES', meaning: 'subtitles.' },
  { eventTypes: [341], kind: 'ABNORMAL_RECORDING', meaning: 'a recording went wrong.' },
  { eventTypes: [343, 344, 345], kind: 'QUALITY', meaning: 'the quality of a stream.' },
  { eventTypes: [347], kind: 'ERASING', meaning: 'erasing.' },
  { eventTypes: [348], kind: 'SUMMARY', meaning: 'a summary.' },
  { eventTypes: [349], kind: 'HIGHLIGHT', meaning: 'a highlight.' },
] as const satisfies readonly CallbackType[];
