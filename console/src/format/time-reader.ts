import type { TimeReader } from './read-time.ts';
import { agoForm, timeWordsOf } from './time-words.ts';
import { timeZone } from './zone.ts';
import { languageTag, t } from '../translations/translate.ts';

const unitsMs = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1_000 } as const;

/** Reads times in the language and the zone of the page, as the page itself writes them too. */
export function timeReader(nowMs: number): TimeReader {
  const language = languageTag();
  const words = timeWordsOf(language);
  const own = (Object.keys(unitsMs) as (keyof typeof unitsMs)[]).map((unit) =>
    agoForm(t('ago', { duration: t(`units.${unit}`, { n: '__COUNT__' }) }), unitsMs[unit]),
  );
  return { nowMs, timeZone: timeZone.get(), language, words: { ...words, ago: [...own, ...words.ago] } };
}
