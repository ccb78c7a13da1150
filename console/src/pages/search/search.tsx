import { useMemo } from 'react';
import { Link } from 'wouter';
import type { StreamSessionFilter } from '../../api/operations.generated.ts';
import { useParam, useScopeFilter } from '../../api/use-param.ts';
import { showDateAndClock } from '../../format/shown.ts';
import { timeZone } from '../../format/zone.ts';
import { Legend } from '../../parts/chart.tsx';
import { ListHead, More, Paged } from '../../parts/paged.tsx';
import { SessionMark } from '../../parts/marks.tsx';
import { Failure, Loading, Notice, OnlyScope } from '../../parts/notices.tsx';
import { SessionsList, useNewestSessions } from '../../parts/lists/sessions-list.tsx';
import { endTones } from '../../parts/tones.ts';
import { useSettled } from '../../parts/hooks.ts';
import { searchPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { TasksTable } from '../task/tasks-table.tsx';
import { useTasks } from '../task/use-tasks.ts';
import { FoundStreams } from './found-streams.tsx';
import { parseSearch, type ParsedSearch } from './parse-search.ts';
import { streamsOf } from './streams-of.ts';

/** Milliseconds without a key press before the typed text is searched for. */
const pauseMs = 150;

/** Results of the search box while the reader types. */
export function Search() {
  const [q] = useParam('q');
  const text = useSettled((q ?? '').trim(), pauseMs);
  // The time of typing: what "20:10" means does not change while the results are read.
  // oxlint-disable-next-line react/purity
  const parsed = useMemo(() => parseSearch(text, Date.now(), timeZone.get()), [text]);
  return text === '' ? <Examples /> : <Results text={text} parsed={parsed} />;
}

function Results({ text, parsed }: { readonly text: string; readonly parsed: ParsedSearch }) {
  const scope = useScopeFilter();
  const within = (filter: StreamSessionFilter | null) => filter && { ...filter, ...scope };
  const filters = { exact: within(parsed.exact), others: within(parsed.sessions) };
  const tasksFilter = parsed.tasks && { ...parsed.tasks, ...scope };
  // Independent of the lists' orders: the newest push of a stream says whether it is live.
  const exact = useNewestSessions(filters.exact);
  const others = useNewestSessions(filters.others);
  const tasks = useTasks(tasksFilter, 'tasksOrder');

  const failed = [exact, others].find(({ error }) => error !== null);
  if (failed !== undefined) return <Failure error={failed.error} retry={failed.refetch} />;
  const lists = [exact, others, tasks.pages];
  const isNothing = lists.every(({ rows, error }) => rows.length === 0 && error === null);
  if (isNothing && lists.some(({ isLoading }) => isLoading)) return <Loading />;
  if (isNothing) {
    return (
      <Notice title={t('search.nothing', { text })}>
        {others.more === null ? <p>{t('search.nothingAdvice')}</p> : <p>{t('examined')}</p>}
        <More more={others.more} isLoading={others.isLoadingMore} />
        <OnlyScope />
      </Notice>
    );
  }
  const areBoth = exact.rows.length > 0 && others.rows.length > 0;
  const streams = parsed.atMs === null ? streamsOf([...exact.rows, ...others.rows]) : [];
  return (
    <div className="stack">
      <header className="section">
        <h1>
          {parsed.atMs === null
            ? t('search.title', { text })
            : t('search.liveAt', { time: showDateAndClock(parsed.atMs), zone: timeZone.get() })}
        </h1>
        <Legend tones={endTones}>
          <SessionMark state="LIVE" />
        </Legend>
      </header>
      {streams.length > 0 && <FoundStreams rows={streams} />}
      {tasksFilter !== null && (tasks.pages.rows.length > 0 || tasks.pages.error !== null) && (
        <section className="section">
          <ListHead title={t('search.tasks')} list="relayTasks" filter={tasksFilter} orderBy={tasks.order.by} />
          <Paged {...tasks} none={null}>
            <TasksTable rows={tasks.pages.rows} order={tasks.order} />
          </Paged>
        </section>
      )}
      {filters.exact !== null && exact.rows.length > 0 && (
        <SessionsList title={t(areBoth ? 'search.exact' : 'stream.sessions')} filter={filters.exact} />
      )}
      {filters.others !== null && (
        <SessionsList
          title={t(areBoth ? 'search.others' : 'stream.sessions')}
          filter={filters.others}
          param="othersOrder"
        />
      )}
    </div>
  );
}

const examples = [
  'studio-a',
  'push.example.com',
  '203.0.113.7',
  '6674468118806626493',
  '-22',
  '20:10',
  'yesterday 20:10',
];

function Examples() {
  return (
    <Notice title={t('nav.search')}>
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
