import { showDateAndClock, showNumber } from '../../format/shown.ts';
import { Missed } from '../../parts/notices.tsx';
import { t } from '../../translations/translate.ts';
import { MinuteChart } from '../../parts/minute-chart/minute-chart.tsx';
import { markOf, type ToldIncident } from '../incident/incident-words.ts';
import { chartHours, useChartHours, type ChartHours, type Figures } from './use-figures.ts';

/** The number of live streams, compared with yesterday, and the last hours as a chart. */
export function LiveSummary(props: {
  readonly live: number;
  /** Whether all pages of the list have been read. */
  readonly isComplete: boolean;
  readonly figures: Figures;
  /** Incidents to mark on the chart. */
  readonly incidents: readonly ToldIncident[];
}) {
  const { live, isComplete, incidents } = props;
  const { points, day, chartError, refetch } = props.figures;
  const [yesterday] = day?.points ?? [];
  const [hours] = useChartHours();
  const label = t('live.chart', { n: hours });
  return (
    <header className="live-summary">
      <div>
        <h1 className="live-number">{t('live.title', { n: isComplete ? showNumber(live) : '…' })}</h1>
        <p className="quiet">
          {[
            !isComplete && t('live.loading', { n: showNumber(live) }),
            // Nothing live then may also mean that nothing was recorded yet.
            yesterday !== undefined && yesterday.live > 0 && t('live.before', { n: showNumber(yesterday.live) }),
            day?.peak &&
              day.peak.live > 0 &&
              t('live.peak', { n: showNumber(day.peak.live), time: showDateAndClock(day.peak.at) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {chartError === null ? (
        <MinuteChart points={points} label={label} marks={incidents.map(markOf)}>
          <HoursChoice /> {t('live.chartBand')}
        </MinuteChart>
      ) : (
        <Missed what={label} error={chartError} retry={refetch} />
      )}
    </header>
  );
}

function HoursChoice() {
  const [hours, choose] = useChartHours();
  return (
    <select
      aria-label={t('live.chartHours')}
      value={hours}
      onChange={({ target }) => choose(Number(target.value) as ChartHours)}
    >
      {Object.keys(chartHours).map((each) => (
        <option key={each} value={each}>
          {t('live.lastHours', { n: each })}
        </option>
      ))}
    </select>
  );
}
