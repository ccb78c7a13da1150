import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useAsk, useRefreshOn, type Answer } from '../../api/hooks.ts';
import {
  SessionsPageDocument,
  StreamFiguresDocument,
  StreamPageChangedDocument,
  type SessionRowFragment,
  type StreamFiguresQuery,
  type StreamSessionFilter,
} from '../../api/operations.generated.ts';
import { useParam } from '../../api/use-param.ts';
import { showDateAndClock, showDuration, showNumber } from '../../format/shown.ts';
import { Failure, Loading, Missed, Notice } from '../../parts/notices.tsx';
import { SessionMark } from '../../parts/marks.tsx';
import { SessionsList, useNewestSessions } from '../../parts/lists/sessions-list.tsx';
import { useNow } from '../../parts/use-now.ts';
import { streamIdIn } from '../../paths.ts';
import { serverText, t } from '../../translations/translate.ts';
import { DayStrip } from './day-strip.tsx';
import './stream.css';

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** All pushes of one stream name: whether it is live, and whether it flaps. */
export function Stream() {
  // The router decodes some of it, and a name may look as if it were encoded.
  useLocation();
  const name = streamIdIn(location.pathname);
  const [domain] = useParam('domain');
  const [path] = useParam('path');
  const [appId] = useParam('appId');
  const filter: StreamSessionFilter = {
    streamId: { eq: name },
    ...(domain !== null && { domain: { eq: domain } }),
    ...(path !== null && { path: { eq: path } }),
    ...(appId !== null && { appId: { eq: appId } }),
  };
  const minute = Math.ceil(useNow() / minuteMs) * minuteMs;
  // Independent of the list's order: the newest push says whether the stream is live.
  const sessions = useNewestSessions(filter);
  const at = (ms: number) => new Date(ms).toISOString();
  const figures = useAsk(
    StreamFiguresDocument,
    { filter, from: at(minute - 24 * hourMs), to: at(minute), lastHour: at(minute - hourMs) },
    { keep: true },
  );
  const queries = useQueryClient();
  useRefreshOn(StreamPageChangedDocument, { filter }, () =>
    queries.invalidateQueries({ queryKey: [SessionsPageDocument.toString()] }),
  );

  const [newest] = sessions.rows;
  if (sessions.isLoading) return <Loading />;
  if (sessions.error !== null) return <Failure error={sessions.error} retry={sessions.refetch} />;
  if (newest === undefined) {
    return (
      <Notice title={t('stream.emptyTitle')}>
        <p>{t('stream.empty')}</p>
      </Notice>
    );
  }
  return (
    <div className="stack">
      <StreamHeadline newest={newest} />
      <section className="section">
        <h2>{t('stream.day')}</h2>
        <DayStrip rows={sessions.rows} toMs={minute} />
        <StreamNumbers answer={figures} />
      </section>
      <SessionsList title={t('stream.sessions')} filter={filter} ofOneStream />
    </div>
  );
}

function StreamHeadline({ newest }: { readonly newest: SessionRowFragment }) {
  const nowMs = useNow();
  const { state, startedAt, endedAt, endCause, streamId, domain, path } = newest;
  return (
    <header className="headline">
      <p className="quiet">
        {streamId} · {domain}/{path} · <SessionMark state={state} side={endCause?.side} />
      </p>
      <h1 data-title={streamId}>
        {state === 'LIVE' &&
          startedAt !== null &&
          t('session.liveSince', {
            time: showDateAndClock(startedAt),
            duration: showDuration(nowMs - Date.parse(startedAt)),
          })}
        {state === 'LIVE' && startedAt === null && t('session.live')}
        {state === 'SUPERSEDED' && t('session.superseded')}
        {(state === 'ENDED' || state === 'CLOSED') &&
          (endedAt === null
            ? t('session.endedUnknown')
            : t('stream.notLive', { time: showDateAndClock(endedAt), ago: showDuration(nowMs - Date.parse(endedAt)) }))}
        {endCause && ` ${serverText(endCause.summary)}`}
      </h1>
    </header>
  );
}

/** Reconnects within an hour from which a stream is said to flap: one every ten minutes. */
const flappingMin = 6;

function StreamNumbers({ answer }: { readonly answer: Answer<StreamFiguresQuery> }) {
  const { data: figures, failed, refetch } = answer;
  const error = answer.error ?? failed('day') ?? failed('hour');
  const day = figures?.day?.total;
  const hour = figures?.hour?.total;
  if (!day || !hour) return error && <Missed what={t('endings.reconnects')} error={error} retry={refetch} />;
  return (
    <p>
      {hour.reconnects >= flappingMin && <strong>{t('stream.flapping')} </strong>}
      {t('stream.numbers', {
        hour: showNumber(hour.reconnects),
        day: showNumber(day.reconnects),
        began: showNumber(day.began),
        pushed: showDuration(day.pushedMs),
      })}
      {day.medianMs !== null && ` ${t('stream.median', { median: showDuration(day.medianMs) })}`}
    </p>
  );
}
