import { showDuration, showFullTime, showTime } from '../format/shown.ts';
import { t } from '../translations/translate.ts';
import { useTextOfNow } from './use-now.ts';

/** A time: relative for an hour, then the clock; full precision on hover. If unknown, a word says so. */
export function Time({ at }: { readonly at: string | null | undefined }) {
  const text = useTextOfNow((nowMs) => (at ? showTime(at, nowMs) : ''));
  if (!at) return <span className="quiet">{t('unknown')}</span>;
  return (
    // Lists draw many times while they scroll, so the full time is written only where the pointer comes.
    <time dateTime={at} onPointerEnter={(event) => event.currentTarget.setAttribute('title', showFullTime(at))}>
      {text}
    </time>
  );
}

/** The time since a moment, counting up. */
export function Elapsed({ since }: { readonly since: string | number | null | undefined }) {
  const sinceMs = typeof since === 'string' ? Date.parse(since) : (since ?? null);
  const text = useTextOfNow((nowMs) => (sinceMs === null ? '' : showDuration(nowMs - sinceMs)));
  return sinceMs === null ? <span className="quiet">{t('unknown')}</span> : <>{text}</>;
}
