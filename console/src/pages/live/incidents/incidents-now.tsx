import { Link } from 'wouter';
import { showNumber } from '../../../format/shown.ts';
import { IncidentMark, SideMark } from '../../../parts/marks.tsx';
import { Missed } from '../../../parts/notices.tsx';
import { Time } from '../../../parts/time.tsx';
import { useNow } from '../../../parts/use-now.ts';
import { incidentPath, incidentsPath } from '../../../paths.ts';
import { serverText, t } from '../../../translations/translate.ts';
import { incidentSentence } from '../../incident/incident-words.ts';
import type { useIncidentsNow } from './use-incidents-now.ts';

type OpenIncident = ReturnType<typeof useIncidentsNow>['open'][number];

/** Incidents said in full: with more, the list has them. */
const shownMax = 3;

/** What is wrong now, before anything else: each incident in one sentence with its numbers. */
export function IncidentsNow({ open, older, last, isKnown, error, refetch }: ReturnType<typeof useIncidentsNow>) {
  const nowMs = useNow();
  if (error !== null) return <Missed what={t('incident.title')} error={error} retry={refetch} />;
  if (!isKnown) return null;
  if (open.length === 0) {
    return (
      <p className="incidents-now quiet">
        {t('incident.none')} <Older count={older} />{' '}
        {last && (
          <Link href={incidentPath(last)}>{t('incident.last', { incident: incidentSentence(last, nowMs) })}</Link>
        )}
      </p>
    );
  }
  return (
    <ul className="incidents-now" aria-label={t('incident.now')}>
      {open.slice(0, shownMax).map((incident) => (
        <li key={incident.id}>
          <IncidentMark state={incident.state} />{' '}
          <Link href={incidentPath(incident)}>{incidentSentence(incident, nowMs)}</Link>
          <Facts incident={incident} />
        </li>
      ))}
      {older > 0 && (
        <li className="older">
          <Older count={older} />
        </li>
      )}
      {open.length > shownMax && (
        <li>
          <Link href={incidentsPath}>{t('incident.more', { n: showNumber(open.length - shownMax) })}</Link>
        </li>
      )}
    </ul>
  );
}

/** Whose fault it is, whether it still grows or recovers, and what to do. */
function Facts({ incident }: { readonly incident: OpenIncident }) {
  const { side, state, lastFailedAt, newestEvidenceAt, advice } = incident;
  return (
    <p className="incident-facts">
      {t('incident.side')}: <SideMark side={side} /> · {t('incident.lastFailed')}: <Time at={lastFailedAt} />
      {state === 'RECOVERING' && (
        <>
          {' · '}
          {t('incident.lastBack')}: <Time at={newestEvidenceAt} />
        </>
      )}
      <br />
      {serverText(advice)}
    </p>
  );
}

/** How many incidents of earlier still wait for streams, with a link to them; nothing if none does. */
function Older({ count }: { readonly count: number }) {
  return count > 0 && <Link href={incidentsPath}>{t('incident.older', { n: showNumber(count), count })}</Link>;
}
