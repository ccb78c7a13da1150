import { useStandby, type Standby } from '../api/use-standby.ts';
import { showClockBeside, showNumber } from '../format/shown.ts';
import { useNow } from '../parts/use-now.ts';
import { t } from '../translations/translate.ts';

/** Says across the page that this is a standby: where its primary is, how far it is behind, and what to do when the primary is lost. */
export function StandbyBanner() {
  const projection = useStandby();
  const nowMs = useNow();
  if (projection === null) return null;
  const { standby, stalledBecause, notFollowedBecause } = projection;
  const isFollowing = stalledBecause === null && notFollowedBecause === null;
  return (
    <p className={isFollowing ? 'clock-banner' : 'import-banner'} role="status" data-standby>
      {t('standby.of')}{' '}
      <a href={standby.primary} rel="noreferrer">
        {standby.primary}
      </a>
      . {isFollowing ? howFar(standby) : notFollowed(projection, nowMs)}
    </p>
  );
}

function howFar({ eventsBehind }: Standby['standby']): string {
  if (eventsBehind === 0) return t('standby.current');
  return t('standby.behind', { n: showNumber(eventsBehind ?? 0), count: eventsBehind ?? 0 });
}

/** Why it does not follow, since when, and what to do. */
function notFollowed({ standby, stalledBecause, notFollowedBecause }: Standby, nowMs: number): string {
  const reason = t('standby.notFollowed', { reason: stalledBecause ?? notFollowedBecause ?? '' });
  const advice = t(`health.todo.${stalledBecause === null ? 'standbyNotFollowed' : 'standbyStalled'}`);
  if (standby.unansweredSince === null) return `${reason} ${advice}`;
  const time = showClockBeside(Date.parse(standby.unansweredSince), nowMs);
  return `${reason} ${t('standby.unanswered', { time })} ${advice}`;
}
