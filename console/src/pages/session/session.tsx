import { Link, useParams } from 'wouter';
import { LedgerError } from '../../../../clients/core/errors.ts';
import type { SessionPageQuery } from '../../api/operations.generated.ts';
import { useParam } from '../../api/use-param.ts';
import { showFullTime } from '../../format/shown.ts';
import { More } from '../../parts/lists/paged.tsx';
import { Answered, Failure, Notice } from '../../parts/notices.tsx';
import { OperatorFacts } from '../../parts/operator-facts/operator-facts.tsx';
import { useSettled } from '../../parts/hooks.ts';
import { sessionPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { AsKnownAt, useAsOf } from './as-known-at.tsx';
import { Neighbours } from './neighbours.tsx';
import { SessionReports } from './reports/session-reports.tsx';
import { SessionFacts } from './session-facts.tsx';
import { SessionHeadline } from './session-headline.tsx';
import { SessionTimeline } from './session-timeline.tsx';
import './session.css';
import { useSession } from './use-session.ts';

/** Milliseconds that the slider must rest before what was known then is queried. */
const pauseMs = 150;

/**
 * One push: its state now or as known at a moment, why it ended, what happened around it, and the callbacks that say
 * so.
 */
export function Session() {
  const { sequence } = useParams<{ sequence: string }>();
  const [appId] = useParam('appId');
  const [asOf] = useAsOf();
  const settled = useSettled(asOf, pauseMs);
  const { now, then, timeline } = useSession(sequence, appId, settled);
  if (now.error instanceof LedgerError && now.error.code === 'AMBIGUOUS_ID') {
    return <Accounts sequence={sequence} appIds={now.error.appIds} />;
  }
  return (
    <Answered answer={now}>
      {({ streamSession: session }) =>
        session === null ? (
          <Missing />
        ) : (
          <div className="stack">
            {settled === null ? (
              <Shown session={session} neighboursOf={session} />
            ) : (
              <Answered answer={then}>
                {(answer) => <Then session={answer.streamSession} neighboursOf={session} asOf={settled} />}
              </Answered>
            )}
            <section className="section">
              <h2>{t('session.timeline')}</h2>
              <p className="quiet">{t('session.timelineExplain')}</p>
              <AsKnownAt entries={timeline.rows} />
              {timeline.error !== null && <Failure error={timeline.error} retry={timeline.refetch} />}
              <SessionTimeline entries={timeline.rows} asOf={asOf} />
              <More more={timeline.more} isLoading={timeline.isLoadingMore} />
            </section>
            {/* Below what happened, which has it too. Not for the past: the API knows only what is reported now. */}
            {settled === null && <SessionReports sequence={sequence} appId={appId} />}
          </div>
        )
      }
    </Answered>
  );
}

type Shown = NonNullable<SessionPageQuery['streamSession']>;
type ShownThen = Omit<Shown, 'isSilent' | 'lastHeardAt' | 'incident'>;

interface ShownProps<Session> {
  readonly session: Session;
  /** The session as it is now. */
  readonly neighboursOf: Shown;
  readonly asOf?: string;
}

function Shown({ session, neighboursOf, asOf }: ShownProps<Shown | ShownThen>) {
  return (
    <>
      <SessionHeadline session={session} asOf={asOf ?? null} />
      {/* Above the facts, because after why it ended, readers ask whether the stream came back. */}
      <Neighbours session={neighboursOf} />
      <section aria-label={t('session.facts')}>
        <SessionFacts session={session} />
      </section>
      <OperatorFacts
        id={session.id}
        facts={session.operatorFacts ?? []}
        canClose={session.state !== 'ENDED'}
        isPast={asOf !== undefined}
      />
    </>
  );
}

function Then({ session, neighboursOf, asOf }: ShownProps<ShownThen | null> & { readonly asOf: string }) {
  if (session !== null) return <Shown session={session} neighboursOf={neighboursOf} asOf={asOf} />;
  return (
    <Notice title={t('session.nothingKnown')} isView>
      <p>{t('session.nothingKnownAdvice', { time: showFullTime(asOf) })}</p>
    </Notice>
  );
}

function Missing() {
  return (
    <Notice title={t('session.notFound')} isView>
      <p>{t('session.notFoundAdvice')}</p>
    </Notice>
  );
}

function Accounts({ sequence, appIds }: { readonly sequence: string; readonly appIds: readonly string[] }) {
  return (
    <Notice title={t('session.ambiguous')} isView>
      {appIds.map((appId) => (
        <Link key={appId} href={sessionPath({ sequence, appId })}>
          {t('session.account', { appId })}
        </Link>
      ))}
    </Notice>
  );
}
