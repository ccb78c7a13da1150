import { Link, useLocation, useSearchParams } from 'wouter';
import { useScopeFilter } from '../../../api/use-param.ts';
import { FilterChips } from '../../../parts/lists/filter-chips.tsx';
import { useNow } from '../../../parts/use-now.ts';
import { paths } from '../../../paths.ts';
import { t } from '../../../translations/translate.ts';
import { RefusedList } from './refused-list.tsx';
import { RefusedStreams } from './refused-streams.tsx';
import { refusedFilter, refusedPath, refusedSelectionOf, refusedWindowNames, refusedWindows } from './selection.ts';

/** Milliseconds: the time range ends on a whole minute, and is queried once in each. */
const minuteMs = 60_000;

/** Attempts to push that CSS refused: of which streams, how often and with which code, then each of them. */
export function RefusedPushes() {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const { window, stream } = refusedSelectionOf(params);
  const scope = useScopeFilter();
  const toMs = Math.ceil(useNow() / minuteMs) * minuteMs;
  const [from, to] = [toMs - refusedWindows[window], toMs].map((ms) => new Date(ms).toISOString());
  if (from === undefined || to === undefined) return null;
  const filter = { and: [scope, refusedFilter(stream)] };
  return (
    <div className="stack">
      <header className="section">
        <p>
          <Link href={paths.endings}>{t('nav.endings')}</Link>
        </p>
        <h1>{t('refused.title')}</h1>
        <p className="quiet">{t('refused.explain')}</p>
        <div className="chips" role="group" aria-label={t('period.label')}>
          {refusedWindowNames.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === window}
              onClick={() => navigate(refusedPath({ window: name, stream }), { replace: true })}
            >
              {t(`period.names.${name}`)}
            </button>
          ))}
        </div>
        <FilterChips
          filters={[
            stream !== null && {
              text: stream.streamId ?? t('unknown'),
              remove: () => navigate(refusedPath({ window, stream: null }), { replace: true }),
            },
          ]}
        />
      </header>
      {stream === null && <RefusedStreams filter={scope} from={from} to={to} window={window} />}
      <RefusedList key={params.toString()} filter={filter} from={from} />
    </div>
  );
}
