import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useLiveList } from '../../api/hooks.ts';
import { useOrder, useParam, useScopeFilter } from '../../api/use-param.ts';
import { Explained } from '../../parts/term.tsx';
import { Failure, Loading, Notice, OnlyScope, type MissedPart } from '../../parts/notices.tsx';
import { searchPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { groupByDomain } from './domain-groups.ts';
import { IncidentsNow } from './incidents/incidents-now.tsx';
import { useIncidentsNow } from './incidents/use-incidents-now.ts';
import { LiveLines } from './lines/lines.tsx';
import { useLines, type Lines } from './lines/use-lines.ts';
import { LiveControls } from './live-controls.tsx';
import { holdStill, liveOrders } from './live-rows.ts';
import { LiveSummary } from './live-summary.tsx';
import { LiveTable, type LiveRow } from './live-table.tsx';
import './live.css';
import { liveSessions } from './sources.ts';
import { useGrouping } from './use-grouping.ts';
import { useLiveRows } from './use-live-rows.ts';

/** The list as it was when the pointer came over it. */
interface Frozen {
  readonly rows: readonly LiveRow[];
  readonly lines: Lines;
  readonly order: string;
}

/** What is live now, as it changes. */
export function Live() {
  const scope = useScopeFilter();
  const sessions = useLiveList('sessions', liveSessions(scope));
  const order = useOrder(liveOrders, 'uptime');
  const { rows: current, figures, isCapped, missed } = useLiveRows(sessions.rows, order.by);
  const { lines: happened, missed: missedLines } = useLines(sessions.rows, sessions.left);
  const incidents = useIncidentsNow();
  const [frozen, freeze] = useState<Frozen | null>(null);
  const asItIs: Frozen = { rows: current, lines: happened, order: JSON.stringify(order.by) };
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
      <div>
        <IncidentsNow {...incidents} />
        <LiveSummary
          live={sessions.rows.size}
          isComplete={sessions.isWhole && incidents.isKnown}
          figures={figures}
          incidents={incidents.all}
        />
      </div>
      <LiveLines
        lines={(frozen ?? asItIs).lines}
        missed={[...missedList(sessions), ...missed, ...missedLines]}
        isWhole={sessions.isWhole}
        isCalm={incidents.isKnown && incidents.error === null && incidents.open.length === 0}
        hold={hold}
      />
      {sessions.rows.size === 0 ? (
        <NothingLive />
      ) : (
        <section className="section" aria-label={t('live.list')}>
          <LiveControls waiting={shown.waiting} order={order} grouping={grouping} />
          {shown.rows.length === 0 && <NoneMatches />}
          {lines.length > 0 && (
            <LiveTable lines={lines} order={order} left={shown.left} hold={hold} toggle={grouping.toggle} />
          )}
        </section>
      )}
    </div>
  );
}

function NothingLive() {
  return (
    <Notice title={t('live.emptyTitle')}>
      <p>
        <Explained text={t('live.empty')} words={['css', 'push']} />
      </p>
      <OnlyScope />
    </Notice>
  );
}

function NoneMatches() {
  const [text] = useParam('name');
  return (
    <p>
      {t('live.noneMatches')} <Link href={searchPath(text ?? '')}>{t('live.searchAll', { text: text ?? '' })}</Link>
    </p>
  );
}

function missedList({ error, retry }: Pick<ReturnType<typeof useLiveList>, 'error' | 'retry'>): readonly MissedPart[] {
  return error === null ? [] : [{ what: t('live.list'), error, retry }];
}
