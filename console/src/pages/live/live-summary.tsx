import type { LiveFiguresQuery } from '../../api/operations.generated.ts';
import { showDateAndClock, showNumber } from '../../format/shown.ts';
import { StepChart } from '../../parts/chart.tsx';
import { t } from '../../translations/translate.ts';

/** The number of live streams, compared with yesterday, and the last day as a chart. */
export function LiveSummary(props: {
  readonly live: number;
  /** Whether all pages of the list have been read. */
  readonly isComplete: boolean;
  readonly figures: LiveFiguresQuery['concurrency'];
}) {
  const { live, isComplete, figures } = props;
  const [yesterday] = figures?.points ?? [];
  const points = (figures?.points ?? []).map(({ at, most }) => ({ at, value: most }));
  return (
    <header className="live-summary">
      <div>
        <h1 className="live-number">{t('live.title', { n: showNumber(live) })}</h1>
        <p className="quiet">
          {!isComplete && `${t('live.loading')} · `}
          {yesterday && t('live.before', { n: showNumber(yesterday.live) })}
          {figures?.peak &&
            ` · ${t('live.peak', { n: showNumber(figures.peak.live), time: showDateAndClock(figures.peak.at) })}`}
        </p>
      </div>
      <StepChart points={points} label={t('live.chart')} />
    </header>
  );
}
