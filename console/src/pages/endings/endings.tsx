import { useMemo } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useAsk, useStore, type Answer } from '../../api/hooks.ts';
import { EndingsDocument, type EndingsQuery } from '../../api/operations.generated.ts';
import { useParam, useScopeFilter } from '../../api/use-param.ts';
import { timeZone } from '../../format/zone.ts';
import { Answered, FailedPart, Failure, Notice, OnlyScope } from '../../parts/notices.tsx';
import { PeriodChoice, periodParam } from '../../parts/period/period-choice.tsx';
import { periodOf, type Period } from '../../parts/period/period.ts';
import { useNow } from '../../parts/use-now.ts';
import { incidentsPath, paths, withParams } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { NotBack } from '../live/not-back/not-back-view.tsx';
import { CodesTable } from './codes-table.tsx';
import { Compared } from './compared.tsx';
import { DomainsTable } from './domains-table.tsx';
import { EndedList } from './ended-list.tsx';
import { EndingsSummary } from './endings-summary.tsx';
import './endings.css';
import { Flapping } from './flapping.tsx';
import { PushedHours } from './pushed-hours/pushed-hours.tsx';
import { RefusedPushes } from './refused/refused-pushes.tsx';
import { refusedPath } from './refused/selection.ts';
import { endedPath, selectionOf, type PathOf } from './selection.ts';
import { SideBar } from './side-bar.tsx';
import { TimeBars } from './time-bars.tsx';

/** What ended pushes, on whose side, and when. If the address has a time range: the sessions themselves. Or what was refused. */
export function Endings() {
  const [params] = useSearchParams();
  if (params.get('shows') === 'refused') return <RefusedPushes />;
  if (params.get('shows') === 'notBack') return <NotBack />;
  const selection = selectionOf(params);
  return selection === null ? <EndingsView /> : <EndedList selection={selection} />;
}

function EndingsView() {
  const [windowParam] = useParam(periodParam);
  const filter = useScopeFilter();
  const zone = useStore(timeZone);
  const period = periodOf(windowParam, useNow(), zone);
  const { unit, param } = period;
  const { fromMs, toMs } = period.span;
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  const stepSeconds = (toMs - fromMs) / 1_000;
  const live = { ...filter, state: { eq: 'LIVE' } } as const;
  const answer = useAsk(EndingsDocument, { filter, live, from, to, unit, timeZone: zone, stepSeconds }, { keep: true });
  const pathOf = useMemo<PathOf>(
    () => (selection) => endedPath({ span: { fromMs, toMs }, domain: null, ...selection }, param),
    [fromMs, toMs, param],
  );
  return (
    <div className="stack endings">
      <div className="list-head">
        <PeriodChoice period={period} />
        <Link href={incidentsPath}>{t('incident.title')}</Link>
        <Link href={withParams(paths.endings, { shows: 'notBack' })}>{t('notBack.streams')}</Link>
        <Link href={refusedPath({ window: '24h', stream: null })}>{t('refused.title')}</Link>
      </div>
      <Answered answer={answer}>
        {(figures) => <Figures answer={answer} figures={figures} period={period} pathOf={pathOf} />}
      </Answered>
      <PushedHours span={period.span} isOver={period.isOver} pathOf={pathOf} />
      <Flapping key={param} from={from} to={period.isOver ? to : null} />
    </div>
  );
}

function Figures(props: {
  readonly answer: Answer<EndingsQuery>;
  readonly figures: EndingsQuery;
  readonly period: Period;
  readonly pathOf: PathOf;
}) {
  const { answer, figures, period, pathOf } = props;
  const { byTime, concurrency, live } = figures;
  const [from, to] = [new Date(period.span.fromMs).toISOString(), new Date(period.span.toMs).toISOString()];
  if (byTime === null) return <Failure error={answer.failed('byTime')} retry={answer.refetch} />;
  const isEmpty = byTime.total.ended === 0;
  const peak = concurrency?.peak;
  return (
    <>
      <EndingsSummary ended={byTime.total.ended} period={period} peak={peak} />
      <FailedPart answer={answer} field="concurrency" what={t('endings.mostMissed')} />
      <FailedPart answer={answer} field="live" what={t('live.list')} />
      {isEmpty ? (
        <Notice title={t('endings.emptyTitle')}>
          <p>{t('endings.empty')}</p>
          <OnlyScope />
        </Notice>
      ) : (
        <>
          <SideBar total={byTime.total} live={period.isOver ? null : live} pathOf={pathOf} />
          <TimeBars rows={byTime.rows} period={period} pathOf={pathOf} />
          <CodesTable from={from} to={to} pathOf={pathOf} />
        </>
      )}
      <Compared now={{ ...byTime.total, live: peak?.live ?? null }} before={period.before} />
      <DomainsTable from={from} to={to} pathOf={pathOf} />
    </>
  );
}
