import { Link } from 'wouter';
import type { EndingsQuery } from '../../api/operations.generated.ts';
import { showDateAndClock, showDateAndMinute, showNumber } from '../../format/shown.ts';
import { clockText, dayOf } from '../../format/times.ts';
import { timeZone } from '../../format/zone.ts';
import type { Period } from '../../parts/period/period.ts';
import { searchPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';

type Peak = NonNullable<EndingsQuery['concurrency']>['peak'];

/** How many pushes ended, and the most that were live at once, with a link to what was live then. */
export function EndingsSummary(props: {
  readonly ended: number;
  readonly period: Period;
  readonly peak: Peak | undefined;
}) {
  const { ended, period, peak } = props;
  const [from, to] = [showDateAndMinute(period.span.fromMs), showDateAndMinute(period.span.toMs)];
  return (
    <header className="section">
      <h1>{t('endings.title', { n: showNumber(ended), count: ended })}</h1>
      <p className="quiet">
        {period.isOver ? t('endings.spanOver', { from, to }) : t('endings.span', { from })}{' '}
        {peak !== undefined && (peak === null || peak.live === 0)
          ? t('endings.noneLive')
          : peak && (
              <>
                {t('endings.most', { n: showNumber(peak.live), time: showDateAndClock(peak.at) })}{' '}
                <Link href={searchPath(momentText(peak.at))}>{t('endings.showMost')}</Link>
              </>
            )}
      </p>
    </header>
  );
}

/** A moment in the form that the search reads. */
function momentText(at: string): string {
  const atMs = Date.parse(at);
  const zone = timeZone.get();
  return `${dayOf(atMs, zone)} ${clockText(atMs, { language: 'en-GB', timeZone: zone })}`;
}
