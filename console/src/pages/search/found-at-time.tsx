import type { StreamSessionFilter } from '../../api/operations.generated.ts';
import { showDateAndClock, showDateAndMinute } from '../../format/shown.ts';
import { timeZone } from '../../format/zone.ts';
import { Legend } from '../../parts/chart.tsx';
import { SessionsList } from '../../parts/lists/sessions-list.tsx';
import { SessionMark } from '../../parts/marks.tsx';
import { OnlyScope } from '../../parts/notices.tsx';
import { endTones } from '../../parts/tones.ts';
import { t } from '../../translations/translate.ts';
import { MissingList } from './missing-list.tsx';
import { gapSearchedMs } from './missing-then.ts';
import type { ParsedSearch } from './parse-search.ts';

/** What was live and what was missing at a moment, or what was pushed in a longer time. */
export function FoundAtTime(props: {
  readonly time: NonNullable<ParsedSearch['time']>;
  readonly within: StreamSessionFilter;
  /** Whether the text names something besides the time. */
  readonly isNamed: boolean;
}) {
  const { time, within, isNamed } = props;
  const [from, to] = [new Date(time.fromMs).toISOString(), new Date(time.toMs).toISOString()];
  const isMoment = time.form === 'CLOCK' || time.form === 'MOMENT';
  const zone = timeZone.get();
  const title = isMoment
    ? t('search.liveAt', { time: showDateAndClock(time.fromMs), zone })
    : t('search.pushedIn', { from: showDateAndMinute(time.fromMs), to: showDateAndMinute(time.toMs), zone });
  // Those without an end that are not live were replaced at an unknown time.
  const went: StreamSessionFilter = isMoment
    ? { liveAt: from }
    : { startedAt: { lt: to }, or: [{ endedAt: { gte: from } }, { state: { eq: 'LIVE' } }] };
  return (
    <>
      <header className="section">
        <h1>{title}</h1>
        <Legend tones={endTones}>
          <SessionMark state="LIVE" />
        </Legend>
      </header>
      {isMoment && <MissingList span={time} searchedMs={gapSearchedMs[isNamed ? 'named' : 'all']} within={within} />}
      <SessionsList
        title={t(isMoment ? 'search.liveThen' : 'stream.sessions')}
        filter={{ and: [within, went] }}
        none={
          <>
            <p>{t(isMoment ? 'search.noneLive' : 'search.nonePushed')}</p>
            <OnlyScope />
          </>
        }
      />
    </>
  );
}
