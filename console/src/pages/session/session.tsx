import { Link, useParams } from 'wouter';
import { ApiError } from '../../api/api-error.ts';
import { useAsk, useRefreshOn } from '../../api/hooks.ts';
import {
  SessionPageChangedDocument,
  SessionPageDocument,
  type SessionPageQuery,
} from '../../api/operations.generated.ts';
import { useParam } from '../../api/use-param.ts';
import { CallbackList } from '../../parts/callback-list.tsx';
import { Answered, Notice } from '../../parts/notices.tsx';
import { sessionPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { SessionFacts } from './session-facts.tsx';
import { SessionHeadline } from './session-headline.tsx';
import { SessionTimeline } from './session-timeline.tsx';
import './session.css';
import { timelineOf } from './timeline.ts';
import { useSurroundings } from './use-surroundings.ts';

/** One push: how it is, why it ended, what happened around it, and the callbacks that say so. */
export function Session() {
  const { sequence } = useParams<{ sequence: string }>();
  const [appId] = useParam('appId');
  const answer = useAsk(SessionPageDocument, { sequence, appId });
  useRefreshOn(SessionPageChangedDocument, { sequence, appId: appId === null ? null : { eq: appId } }, answer.refetch);
  if (answer.error instanceof ApiError && answer.error.code === 'AMBIGUOUS_ID') {
    return <Accounts sequence={sequence} appIds={answer.error.appIds} />;
  }
  return (
    <Answered answer={answer}>
      {({ streamSession }) => (streamSession ? <Found session={streamSession} /> : <Missing />)}
    </Answered>
  );
}

function Found({ session }: { readonly session: NonNullable<SessionPageQuery['streamSession']> }) {
  const surroundings = useSurroundings(session);
  const entries = timelineOf({ session, ...surroundings });
  return (
    <div className="stack">
      <SessionHeadline session={session} />
      <section aria-label={t('session.facts')}>
        <SessionFacts session={session} />
      </section>
      <section className="section">
        <h2>{t('session.timeline')}</h2>
        <SessionTimeline entries={entries} session={session} />
      </section>
      <section className="section">
        <h2>{t('session.callbacks')}</h2>
        <CallbackList callbacks={session.callbacks.nodes} />
        {session.callbacks.pageInfo.hasNextPage && <p className="quiet">{t('session.callbacksMore')}</p>}
      </section>
    </div>
  );
}

function Missing() {
  return (
    <Notice title={t('session.notFound')}>
      <p>{t('session.notFoundAdvice')}</p>
    </Notice>
  );
}

function Accounts({ sequence, appIds }: { readonly sequence: string; readonly appIds: readonly string[] }) {
  return (
    <Notice title={t('session.ambiguous')}>
      {appIds.map((appId) => (
        <Link key={appId} href={sessionPath({ sequence, appId })}>
          {t('session.account', { appId })}
        </Link>
      ))}
    </Notice>
  );
}
