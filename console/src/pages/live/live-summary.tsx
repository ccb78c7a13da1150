import { showDateAndClock, showNumber } from '../../format/shown.ts';
import { StepChart } from '../../parts/chart.tsx';
import { Missed } from '../../parts/notices.tsx';
import { t } from '../../translations/translate.ts';
import type { Figures } from './use-figures.ts';

/** The number of live streams, compared with yesterday, and the last day as a chart. */
export function LiveSummary(props: {
  readonly live: number;
  /** Whether all pages of the list have been read. */
  readonly isComplete: boolean;
  readonly figures: Figures;
}) {
  const { live, isComplete } = props;
  const { concurrency: figures, concurrencyError: error, refetch } = props.figures;
  const [yesterday] = figures?.points ?? [];
  const points = (figures?.points ?? []).map(({ at, most }) => ({ at, value: most }));
  return (
    <header className="live-summary">
      <div>
        <h1 className="live-number">{t('live.title', { n: isComplete ? showNumber(live) : '…' })}</h1>
        <p className="quiet">
          {!isComplete && `${t('live.loading', { n: showNumber(live) })} · `}
          {yesterday && t('live.before', { n: showNumber(yesterday.live) })}
          {figures?.peak &&
            ` · ${t('live.peak', { n: showNumber(figures.peak.live), time: showDateAndClock(figures.peak.at) })}`}
        </p>
      </div>
      {error === null ? (
        <StepChart points={points} label={t('live.chart')} />
      ) : (
        <Missed what={t('live.chart')} error={error} retry={refetch} />
      )}
    </header>
  );
}
