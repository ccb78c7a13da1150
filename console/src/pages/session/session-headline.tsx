import type { SessionFactsFragment } from '../../api/operations.generated.ts';
import { showDateAndClock, showDuration } from '../../format/shown.ts';
import { SessionMark, SideMark } from '../../parts/marks.tsx';
import { useNow } from '../../parts/use-now.ts';
import { serverText, t } from '../../translations/translate.ts';

/** State and cause in words, to be read aloud; then what to do. */
export function SessionHeadline({ session }: { readonly session: SessionFactsFragment }) {
  const nowMs = useNow();
  const { state, endCause, endCode } = session;
  return (
    <header className="headline">
      <p className="quiet">
        {t('session.of', { stream: session.streamId ?? session.sequence })} ·{' '}
        <SessionMark state={state} side={endCause?.side} />
      </p>
      <h1>
        {whenOf(session, nowMs)}
        {endCause && ` ${serverText(endCause.summary)}`}
        {typeof endCode === 'number' && <span className="quiet"> {t('session.code', { code: endCode })}</span>}
      </h1>
      {endCause && (
        <p className="advice">
          <SideMark side={endCause.side} />
          <span>{serverText(endCause.advice)}</span>
        </p>
      )}
    </header>
  );
}

function whenOf({ state, startedAt, endedAt, pushDurationMs }: SessionFactsFragment, nowMs: number): string {
  if (state === 'SUPERSEDED') return t('session.superseded');
  if (state === 'LIVE') {
    if (!startedAt) return t('session.live');
    const duration = showDuration(nowMs - Date.parse(startedAt));
    return t('session.liveSince', { time: showDateAndClock(startedAt), duration });
  }
  if (!endedAt) return t('session.endedUnknown');
  const time = showDateAndClock(endedAt);
  return typeof pushDurationMs === 'number'
    ? t('session.ended', { time, duration: showDuration(pushDurationMs) })
    : t('session.endedAt', { time });
}
