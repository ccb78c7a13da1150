import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useLiveList } from '../../api/hooks.ts';
import { useOrder, useParam, useScopeFilter } from '../../api/use-param.ts';
import { Explained } from '../../parts/term.tsx';
import { Failure, Loading, Missed, Notice, OnlyScope, type MissedPart } from '../../parts/notices.tsx';
import { searchPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { groupByDomain } from './domain-groups.ts';
import { EndedLately } from './ended-lately.tsx';
import { LiveControls } from './live-controls.tsx';
import { holdStill, liveOrders } from './live-rows.ts';
import { LiveSummary } from './live-summary.tsx';
import { LiveTable, type LiveRow } from './live-table.tsx';
import './live.css';
import { NotBackLine } from './not-back/not-back-line.tsx';
import { useNotBack } from './not-back/use-not-back.ts';
import { RefusedLately } from './refused/refused-lately.tsx';
import { useRefusedLately, type RefusedLately as Refused } from './refused/use-refused-lately.ts';
import { liveSessions } from './sources.ts';
import { useEndedLately, type Ended } from './use-ended-lately.ts';
import { useGrouping } from './use-grouping.ts';
import { useLiveRows } from './use-live-rows.ts';

/** Milliseconds within which a stream that a fault ended is said not to be back: the hours of the chart. */
const notBackMs = 10_800_000;

/** The list as it was when the pointer came over it. */
interface Frozen {
  readonly rows: readonly LiveRow[];
  readonly ended: Ended | undefined;
  readonly refused: Refused | null;
  readonly notBack: number;
  readonly order: string;
}

/** What is live now, as it changes. */
export function Live() {
  const scope = useScopeFilter();
  const sessions = useLiveList('sessions', liveSessions(scope));
  const [text] = useParam('name');
  const order = useOrder(liveOrders, 'uptime');
  const { rows: current, figures, isCapped, missed } = useLiveRows(sessions.rows, order.by);
  const endedLately = useEndedLately(sessions.left);
  const refusedLately = useRefusedLately();
  const notBack = useNotBack(notBackMs, sessions.rows, sessions.left);
  const [{ ended }, { refused }] = [endedLately, refusedLately];
  const [frozen, freeze] = useState<Frozen | null>(null);
  const asItIs: Frozen = {
    rows: current,
    ended,
    refused,
    notBack: notBack.rows?.length ?? 0,
    order: JSON.stringify(order.by),
  };
  // Pressing a column's head happens with the pointer over the list, but the reader wants the new order.
  if (frozen !== null && frozen.order !== asItIs.order) freeze(asItIs);
  const shown = useMemo(
    () =>
      frozen === null
        ? { rows: current, waiting: 0, left: new Set<string>() }
        : holdStill(frozen.rows, new Map(current.map((row) => [row.id, row]))),
    [frozen, current],
  );
  const grouping = useGrouping(sessions.rows, frozen !== null);
  const { folded } = grouping;
  const lines = useMemo(
    () =>
      folded === null
        ? shown.rows.map((row) => ({ group: null, row }))
        : groupByDomain(shown.rows, { left: shown.left, folded, isCapped }),
    [shown, folded, isCapped],
  );

  // The part above the list is frozen too, so that nothing moves below the pointer.
  const hold = (isHeld: boolean) => freeze(isHeld ? (before) => before ?? asItIs : null);

  if (sessions.error !== null && sessions.rows.size === 0)
    return <Failure error={sessions.error} retry={sessions.retry} />;
  if (!sessions.isWhole && sessions.rows.size === 0) return <Loading />;
  return (
    <div className="stack live-view">
      <LiveSummary live={sessions.rows.size} isComplete={sessions.isWhole} figures={figures} />
      <div>
        {sessions.error !== null && <Missed what={t('live.list')} error={sessions.error} retry={sessions.retry} />}
        {[...missed, ...missedOf({ endedLately, refusedLately, notBack })].map((part) => (
          <Missed key={part.what} {...part} />
        ))}
        {sessions.isWhole && <NotBackLine count={(frozen ?? asItIs).notBack} isCut={notBack.isCut} />}
        <EndedLately ended={frozen === null ? ended : frozen.ended} hold={hold} />
        <RefusedLately refused={frozen === null ? refused : frozen.refused} />
      </div>
      {sessions.rows.size === 0 ? (
        <Notice title={t('live.emptyTitle')}>
          <p>
            <Explained text={t('live.empty')} words={['css', 'push']} />
          </p>
          <OnlyScope />
        </Notice>
      ) : (
        <section className="section" aria-label={t('live.list')}>
          <LiveControls waiting={shown.waiting} order={order} grouping={grouping} />
          {shown.rows.length === 0 && (
            <p>
              {t('live.noneMatches')}{' '}
              <Link href={searchPath(text ?? '')}>{t('live.searchAll', { text: text ?? '' })}</Link>
            </p>
          )}
          {lines.length > 0 && (
            <LiveTable lines={lines} order={order} left={shown.left} hold={hold} toggle={grouping.toggle} />
          )}
        </section>
      )}
    </div>
  );
}

/** What the lines above the list are read from. */
interface Lines {
  readonly endedLately: ReturnType<typeof useEndedLately>;
  readonly refusedLately: ReturnType<typeof useRefusedLately>;
  readonly notBack: ReturnType<typeof useNotBack>;
}

/** Which of the lines above the list could not be loaded. */
function missedOf({ endedLately, refusedLately, notBack }: Lines): readonly MissedPart[] {
  return [
    { what: t('live.endedMissed'), error: endedLately.error, retry: endedLately.refetch },
    { what: t('refused.title'), error: refusedLately.error, retry: refusedLately.refetch },
    { what: t('notBack.streams'), error: notBack.error, retry: notBack.refetch },
  ].filter(({ error }) => error !== null);
}
