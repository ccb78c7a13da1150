import { Link } from 'wouter';
import type { SessionFactsFragment, SessionPageQuery } from '../../api/operations.generated.ts';
import { showDateAndClock, showDuration, showFullTime } from '../../format/shown.ts';
import { Explained } from '../../parts/term.tsx';
import { SessionMark, SideMark } from '../../parts/marks.tsx';
import { Sure } from '../../parts/sure.tsx';
import { useNow } from '../../parts/use-now.ts';
import { incidentPath } from '../../paths.ts';
import { serverText, t } from '../../translations/translate.ts';
import { incidentSentence } from '../incident/incident-words.ts';

type Heard = Pick<NonNullable<SessionPageQuery['streamSession']>, 'isSilent' | 'lastHeardAt' | 'incident'>;

/** State and cause in words, to be read aloud; then what to do. With a moment: as known then. */
export function SessionHeadline(props: {
  readonly session: SessionFactsFragment & Partial<Heard>;
  readonly asOf: string | null;
}) {
  const { session, asOf } = props;
  const now = useNow();
  const nowMs = asOf === null ? now : Date.parse(asOf);
  const { state, endCause, endCode } = session;
  const closing = closingOf(session);
  return (
    <header className="headline">
      <p className="quiet">
        <Explained text={t('session.of', { stream: session.streamId ?? session.sequence })} words={['push']} /> ·{' '}
        <SessionMark state={state} side={endCause?.side} isSilent={session.isSilent === true} />
        {asOf !== null && <strong> · {t('session.asKnown', { time: showFullTime(asOf) })}</strong>}
      </p>
      <h1 data-title={session.streamId ?? session.sequence}>
        {closing === undefined
          ? whenOf(session, nowMs)
          : t('facts.closed', { time: showDateAndClock(closing.at), by: closing.by ?? t('facts.unnamed') })}
        {endCause && ` ${serverText(endCause.summary)} `}
        {endCause && endCause.sureness !== 'CERTAIN' && (
          <span className="quiet">
            (<Sure of={endCause} />)
          </span>
        )}
        {typeof endCode === 'number' && <span className="quiet"> {t('session.code', { code: endCode })}</span>}
      </h1>
      {endCause && endCause.sureness !== 'CERTAIN' && endCause.alternative !== null && (
        <p>{t('sureness.otherwise', { alternative: serverText(endCause.alternative) })}</p>
      )}
      {closing && <p className="advice">{closing.text}</p>}
      {session.isSilent === true && session.lastHeardAt && (
        <p>{t('session.silent', { duration: showDuration(nowMs - Date.parse(session.lastHeardAt)) })}</p>
      )}
      {session.incident && (
        <p>
          {t('incident.ofSession')}{' '}
          <Link href={incidentPath(session.incident)}>{incidentSentence(session.incident, nowMs)}</Link>
        </p>
      )}
      {endCause && (
        <p className="advice">
          <span>
            <span className="quiet">{t('endings.side')}:</span> <SideMark side={endCause.side} />
          </span>
          <span>{serverText(endCause.advice)}</span>
        </p>
      )}
    </header>
  );
}

/** Why it counts as ended, if only an operator said so: the newest statement. */
function closingOf({ state, operatorFacts }: SessionFactsFragment) {
  if (state !== 'CLOSED') return undefined;
  return operatorFacts?.find(({ kind, withdrawal }) => kind === 'CLOSED' && withdrawal === null);
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
