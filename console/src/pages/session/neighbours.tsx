import { Link } from 'wouter';
import { useAsk } from '../../api/hooks.ts';
import {
  SessionNeighboursDocument,
  type NeighbourFragment,
  type SessionFactsFragment,
  type StreamSessionFilter,
} from '../../api/operations.generated.ts';
import { showDateAndClock, showDuration } from '../../format/shown.ts';
import { Missed } from '../../parts/notices.tsx';
import { sessionPath } from '../../paths.ts';
import { serverText, t } from '../../translations/translate.ts';

function named(value: string | null): { eq: string } | { isNull: true } {
  return value === null ? { isNull: true } : { eq: value };
}

/** All sessions of the same stream. */
function sameStream({ appId, domain, path, streamId }: SessionFactsFragment): StreamSessionFilter {
  return { appId: { eq: appId }, streamId: named(streamId), domain: named(domain), path: named(path) };
}

/** The pushes before and after this one in its stream, with the gaps between them. */
export function Neighbours({ session }: { readonly session: SessionFactsFragment }) {
  const { startedAt, endedAt } = session;
  const stream = sameStream(session);
  const { data, error, failed, refetch } = useAsk(
    SessionNeighboursDocument,
    { before: { ...stream, startedAt: { lt: startedAt } }, after: { ...stream, startedAt: { gt: startedAt } } },
    { enabled: startedAt !== null && session.streamId !== null },
  );
  const [before] = data?.before?.nodes ?? [];
  const [after] = data?.after?.nodes ?? [];
  const missed = error ?? failed('before') ?? failed('after');
  if (missed !== null) return <Missed what={t('session.neighbours')} error={missed} retry={refetch} />;
  if (before === undefined && after === undefined) return null;
  return (
    <nav className="neighbours" aria-label={t('session.neighbours')}>
      {before && (
        <p>
          <Link href={sessionPath(before)}>{t('session.pushBefore')}</Link> {endOf(before)}
          {gapText(before.endedAt, startedAt)}
        </p>
      )}
      {after && (
        <p>
          <Link href={sessionPath(after)}>{t('session.pushAfter')}</Link>{' '}
          {after.startedAt && t('session.beganAt', { time: showDateAndClock(after.startedAt) })}
          {gapText(endedAt, after.startedAt)}
        </p>
      )}
    </nav>
  );
}

function endOf({ state, endedAt, endCause }: NeighbourFragment): string {
  const when = endedAt === null ? t(`state.${state}`) : t('session.endedAt', { time: showDateAndClock(endedAt) });
  return endCause === null ? when : `${when} ${serverText(endCause.summary)}`;
}

function gapText(end: string | null, start: string | null) {
  const gapMs = end === null || start === null ? -1 : Date.parse(start) - Date.parse(end);
  return gapMs < 0 ? null : <span className="quiet"> {t('session.gap', { duration: showDuration(gapMs) })}</span>;
}
