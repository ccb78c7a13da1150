import { showDuration, showFullTime, showTime } from '../format/shown.ts';
import { t } from '../translations/translate.ts';
import { useNow } from './use-now.ts';

/** A time: relative for an hour, then the clock; full precision on hover. Nothing known: a word that says so. */
export function Time({ at }: { readonly at: string | null | undefined }) {
  const nowMs = useNow();
  if (at === null || at === undefined) return <span className="quiet">{t('unknown')}</span>;
  return (
    <time dateTime={at} title={showFullTime(at)}>
      {showTime(at, nowMs)}
    </time>
  );
}

/** How long it has been since a moment, counting. */
export function Elapsed({ since }: { readonly since: string | number | null | undefined }) {
  const nowMs = useNow();
  if (since === null || since === undefined) return <span className="quiet">{t('unknown')}</span>;
  return <>{showDuration(nowMs - (typeof since === 'number' ? since : Date.parse(since)))}</>;
}
