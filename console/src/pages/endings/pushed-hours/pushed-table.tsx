import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { save } from '../../../api/download.ts';
import { useAsk, useStore } from '../../../api/hooks.ts';
import { PushedHoursDocument } from '../../../api/operations.generated.ts';
import { useScopeFilter } from '../../../api/use-param.ts';
import { showClock, showDate, showHoursOnly, showNumber } from '../../../format/shown.ts';
import { slotsOf, startOf, type TimeSpan } from '../../../format/slots.ts';
import { dayOf } from '../../../format/times.ts';
import { timeZone } from '../../../format/zone.ts';
import { Answered, Missed } from '../../../parts/notices.tsx';
import { Name } from '../../../parts/name.tsx';
import { RowLink } from '../../../parts/lists/table.tsx';
import { t } from '../../../translations/translate.ts';
import { hoursCsv } from './hours-csv.ts';
import { ofDomains, pushedRowsOf, type PushedRow } from './pushed-rows.ts';
import type { PathOf } from '../selection.ts';

/**
 * Domains as rows and days as columns, the newest first, so that it is visible without scrolling. Each figure links to
 * its pushes.
 */
export function PushedTable(props: {
  readonly domains: readonly (string | null)[];
  /** The number of domains without a row. */
  readonly others: number;
  readonly span: TimeSpan;
  readonly isOver: boolean;
  readonly pathOf: PathOf;
}) {
  const { domains, others, span, isOver, pathOf } = props;
  const zone = useStore(timeZone);
  const filter = useScopeFilter();
  const [end, shown] = [isOver ? null : span.toMs, { and: [filter, ofDomains(domains)] }];
  const days = namedDaysOf(span, end, zone);
  const [from, to] = [new Date(span.fromMs).toISOString(), new Date(span.toMs).toISOString()];
  const answer = useAsk(PushedHoursDocument, { filter, shown, from, to, timeZone: zone }, { keep: true });
  return (
    <Answered answer={answer}>
      {({ byDomain, all }) => {
        const error = answer.failed('byDomain') ?? answer.failed('all');
        const missed = <Missed what={t('endings.pushedHours')} error={error} retry={answer.refetch} />;
        if (byDomain === null || all === null) return missed;
        const figures = pushedRowsOf(days, domains, { byDomain: byDomain.rows, all: all.rows });
        return (
          <>
            <SaveHours
              domains={figures.rows}
              others={others > 0 ? { count: others, ...figures.others } : null}
              all={figures.all}
              days={days}
            />
            <div className="table-scroll" tabIndex={0} role="group" aria-label={t('endings.pushedHours')}>
              <table className="pushed-table">
                <DaysHead days={days} end={end} zone={zone} />
                <tbody>
                  {figures.rows.map(({ domain, ...row }) => (
                    <Line
                      key={domain}
                      row={row}
                      days={days}
                      pathOf={domain === null ? null : (day) => pathOf({ ...day, domain })}
                    >
                      {domain === null ? (
                        t('unknown')
                      ) : (
                        <RowLink to={pathOf({ domain, isPushed: true })}>
                          <Name>{domain}</Name>
                        </RowLink>
                      )}
                    </Line>
                  ))}
                </tbody>
                {figures.rows.length + others > 1 && (
                  <tfoot>
                    {others > 0 && (
                      <Line row={figures.others} days={days} pathOf={null}>
                        {t('endings.otherDomains', { n: showNumber(others), count: others })}
                      </Line>
                    )}
                    <Line row={figures.all} days={days} pathOf={pathOf}>
                      {t('scope.all')}
                    </Line>
                  </tfoot>
                )}
              </table>
            </div>
          </>
        );
      }}
    </Answered>
  );
}

/** Saves the table as it is shown: a row for each domain, and a column for each day of the zone. */
function SaveHours(props: {
  readonly domains: readonly (PushedRow & { readonly domain: string | null })[];
  readonly others: (PushedRow & { readonly count: number }) | null;
  readonly all: PushedRow;
  readonly days: readonly TimeSpan[];
}) {
  const { domains, others, all, days } = props;
  const zone = useStore(timeZone);
  const csv = () =>
    hoursCsv(
      [t('endings.domain'), t('endings.total'), ...days.map(({ fromMs }) => dayOf(fromMs, zone))],
      [
        ...domains.map(({ domain, ...row }) => ({ name: domain ?? t('unknown'), ...row })),
        ...(others === null
          ? []
          : [{ name: t('endings.otherDomains', { n: showNumber(others.count), count: others.count }), ...others }]),
        { name: t('scope.all'), ...all },
      ],
    );
  return (
    <button
      type="button"
      className="as-csv plain"
      onClick={() => save(new Blob([csv()], { type: 'text/csv' }), 'pushed-hours.csv')}
    >
      {t('endings.saveHours')}
    </button>
  );
}

function DaysHead(props: {
  readonly days: readonly TimeSpan[];
  /** The end of a day that is not over. */
  readonly end: number | null;
  readonly zone: string;
}) {
  const { days, end, zone } = props;
  return (
    <thead>
      <tr>
        <th scope="col">{t('endings.domain')}</th>
        <th scope="col" className="number">
          {t('endings.total')}
        </th>
        {days.map((day) => (
          <th key={day.fromMs} scope="col" className="number">
            {showDate(day.fromMs)}
            <span className="part">{partOf(day, end, zone)}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface NamedDay extends TimeSpan {
  /** Shown beside its hours where there is no room for a head. */
  readonly name: string;
}

/** The newest first. */
function namedDaysOf(span: TimeSpan, end: number | null, zone: string): NamedDay[] {
  const days = slotsOf(span, 'DAY', zone).toReversed();
  return days.map((day) => ({
    ...day,
    name: [showDate(day.fromMs), partOf(day, end, zone)].filter(Boolean).join(', '),
  }));
}

/** Which part of a day is in the period; empty if all of it is. */
function partOf({ fromMs, toMs }: TimeSpan, end: number | null, zone: string): string {
  const begins = startOf(fromMs, 'DAY', zone) !== fromMs && t('endings.dayFrom', { time: showClock(fromMs, false) });
  const isCut = startOf(toMs, 'DAY', zone) !== toMs;
  const ends = toMs === end ? t('endings.daySoFar') : isCut && t('endings.dayTo', { time: showClock(toMs, false) });
  return [begins, ends].filter(Boolean).join(', ');
}

/** The hours of a row. `pathOf`: the link of a day; null if no list has exactly these pushes. */
function Line(props: {
  readonly row: PushedRow;
  readonly days: readonly NamedDay[];
  readonly pathOf: PathOf | null;
  readonly children: ReactNode;
}) {
  const { row, days, pathOf, children } = props;
  return (
    <tr>
      <th scope="row">{children}</th>
      <td className="number total" data-day={t('endings.total')}>
        {showHoursOnly(row.pushedMs)}
      </td>
      {days.map((day, index) => {
        const pushedMs = row.days[index] ?? 0;
        const text = showHoursOnly(pushedMs);
        return (
          <td key={day.fromMs} className="number" data-day={day.name}>
            {pathOf === null || pushedMs === 0 ? (
              text
            ) : (
              <Link href={pathOf({ span: day, isPushed: true })}>{text}</Link>
            )}
          </td>
        );
      })}
    </tr>
  );
}
