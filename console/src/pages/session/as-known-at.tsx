import { useId } from 'react';
import { useParam } from '../../api/use-param.ts';
import { showFullTime } from '../../format/shown.ts';
import { t } from '../../translations/translate.ts';
import { momentsOf, positionOf } from './moments.ts';
import type { TimelineEntry } from './use-session.ts';

/**
 * The moment in the address, as of which to show what was known. Null: show what is known now; also if the address has
 * no valid time.
 */
export function useAsOf() {
  const [param, setParam] = useParam('asOf');
  return [param !== null && Number.isFinite(Date.parse(param)) ? param : null, setParam] as const;
}

/**
 * A slider over the moments at which something became known. Between two of them nothing changed; the last is now. It
 * can't be moved before the moments are loaded.
 */
export function AsKnownAt({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  const [asOf, setAsOf] = useAsOf();
  const id = useId();
  const moments = momentsOf(entries.map(({ callback }) => callback.recordedAt));
  const position = positionOf(moments, asOf);
  const words = asOf === null ? t('session.asKnownNow') : showFullTime(asOf);
  return (
    <p className="as-known-at">
      <label htmlFor={id}>{t('session.asKnownAt')}</label>
      <input
        id={id}
        type="range"
        disabled={moments.length === 0}
        min={0}
        max={moments.length}
        value={position}
        aria-valuetext={words}
        onChange={(event) => setAsOf(moments[Number(event.target.value)] ?? null)}
      />
      <output htmlFor={id}>{words}</output>
      {moments.length > 0 && <span className="quiet">{t('session.asKnownHint')}</span>}
      {asOf !== null && (
        <button type="button" onClick={() => setAsOf(null)}>
          {t('session.backToNow')}
        </button>
      )}
    </p>
  );
}
