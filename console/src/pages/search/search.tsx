import { useMemo } from 'react';
import { Link } from 'wouter';
import type { StreamSessionFilter } from '../../api/operations.generated.ts';
import { useStore } from '../../api/hooks.ts';
import { serverAheadMs } from '../../api/server-clock.ts';
import { useParam, useScopeFilter } from '../../api/use-param.ts';
import { showDateAndClock } from '../../format/shown.ts';
import { useSettled } from '../../parts/hooks.ts';
import { Notice } from '../../parts/notices.tsx';
import { searchPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { errnoCodes } from '../task/exit-words.ts';
import { parseSearch, type ParsedSearch } from './parse-search.ts';
import { timeReader } from '../../format/time-reader.ts';
import { FoundAtTime } from './found-at-time.tsx';
import { FoundByName } from './found-by-name.tsx';

/** Milliseconds without a key press before the typed text is searched for. */
const pauseMs = 150;

/** Results of the search box while the reader types. */
export function Search() {
  const [q] = useParam('q');
  const text = useSettled((q ?? '').trim(), pauseMs);
  const scope = useScopeFilter();
  const aheadMs = useStore(serverAheadMs);
  // The time of typing: what "20:10" means does not change while the results are read, unless the clock is found to be wrong.
  // oxlint-disable-next-line react/purity
  const parsed = useMemo(() => parseSearch(text, timeReader(Date.now() + aheadMs), errnoCodes), [text, aheadMs]);
  if (text === '') return <Examples />;
  const { name, time, unclear, orAtMs } = parsed;
  const within = (filter: StreamSessionFilter | null) => filter && { and: [filter, scope] };
  return (
    <div className="stack">
      <UnclearParts unclear={unclear} />
      {orAtMs !== null && (
        <p>
          {t('search.orTime')} <Link href={searchPath(new Date(orAtMs).toISOString())}>{showDateAndClock(orAtMs)}</Link>
        </p>
      )}
      {time !== null && <FoundAtTime time={time} within={{ and: [nameFilter(name), scope] }} isNamed={name !== null} />}
      {time === null && name !== null && (
        <FoundByName
          text={text}
          exact={within(name.exact)}
          others={within(name.others)}
          tasksFilter={name.tasks && { ...name.tasks, ...scope }}
        />
      )}
    </div>
  );
}

/** All sessions that a name may mean. */
function nameFilter(name: ParsedSearch['name']): StreamSessionFilter {
  const either = [name?.exact, name?.others].filter((filter) => filter != null);
  return either.length === 0 ? {} : { or: either };
}

/** Which parts of the text mean nothing, and why. */
function UnclearParts({ unclear }: Pick<ParsedSearch, 'unclear'>) {
  if (unclear.length === 0) return null;
  return (
    <ul className="unclear plain-list" role="status">
      {unclear.map(({ part, why }) => (
        <li key={part}>{t(`search.unclear.${why}`, { part })}</li>
      ))}
    </ul>
  );
}

const examples = [
  'studio-a',
  'push.example.com/live/studio-a',
  'rtmp://push.example.com/live/studio-a',
  '203.0.113.7',
  '6674468118806626493',
  'ad-01.mp4',
  '-22',
  '20:10',
  'yesterday 8:10 pm',
  'studio-a Nov 24 20:10',
  '20:10 – 20:20',
];

function Examples() {
  return (
    <Notice title={t('nav.search')} isView>
      <p>{t('search.explain')}</p>
      <ul className="chips plain-list">
        {examples.map((example) => (
          <li key={example}>
            <Link href={searchPath(example)}>{example}</Link>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
