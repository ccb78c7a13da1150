import { useMemo } from 'react';
import { Link } from 'wouter';
import { useAsk } from '../../api/hooks.ts';
import {
  SearchExactDocument,
  SearchSessionsDocument,
  SearchTasksDocument,
  type SessionRowFragment,
} from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-scope.ts';
import { usePages } from '../../api/use-pages.ts';
import { useParam } from '../../api/use-param.ts';
import { showDateAndClock } from '../../format/shown.ts';
import { timeZone } from '../../format/zone.ts';
import { ListHead } from '../../parts/list-head.tsx';
import { SessionMark } from '../../parts/marks.tsx';
import { More } from '../../parts/more.tsx';
import { Failure, Loading, Notice } from '../../parts/notices.tsx';
import { OnlyScope } from '../../parts/only-scope.tsx';
import { RowLink } from '../../parts/row-link.tsx';
import { SessionsTable } from '../../parts/sessions-table.tsx';
import { Table } from '../../parts/table.tsx';
import { Elapsed, Time } from '../../parts/time.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import { searchPath, streamPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { TasksTable } from '../task/tasks-table.tsx';
import { parseSearch } from './parse-search.ts';
import { eachOnce, streamsOf } from './streams-of.ts';

/** Milliseconds without a key until what was typed is searched for. */
const pauseMs = 150;

/** A filter that matches nothing, for what is not asked. */
const none = { or: [] };

/** Results of the one box, as it is typed into. */
export function Search() {
  const [q] = useParam('q');
  const text = useSettled((q ?? '').trim(), pauseMs);
  // The time at which it was typed: what "20:10" means does not change while it is read.
  // eslint-disable-next-line react-hooks/purity
  const parsed = useMemo(() => parseSearch(text, Date.now(), timeZone.get()), [text]);
  const scope = useScopeFilter();
  const filters = {
    exact: { ...(parsed.exact ?? none), ...scope },
    sessions: { ...(parsed.sessions ?? none), ...scope },
    tasks: { ...(parsed.tasks ?? none), ...scope },
  };
  const exact = useAsk(SearchExactDocument, { filter: filters.exact }, { enabled: parsed.exact !== null });
  const begins = usePages(SearchSessionsDocument, { filter: filters.sessions }, (result) => result.streamSessions);
  const tasks = useAsk(SearchTasksDocument, { filter: filters.tasks }, { enabled: parsed.tasks !== null });

  if (text === '') return <Examples />;
  const sessions = eachOnce(parsed.exact === null ? [] : (exact.data?.streamSessions?.nodes ?? []), begins.rows);
  const taskRows = parsed.tasks === null ? [] : (tasks.data?.relayTasks?.nodes ?? []);
  const error = exact.error ?? begins.error ?? tasks.error;
  const isLoading = exact.isLoading || begins.isLoading || tasks.isLoading;
  if (error !== null) return <Failure error={error} retry={begins.refetch} />;
  if (sessions.length + taskRows.length === 0) {
    if (isLoading) return <Loading />;
    return (
      <Notice title={t('search.nothing', { text })}>
        {begins.more === null ? <p>{t('search.nothingAdvice')}</p> : <p>{t('search.examined')}</p>}
        <More more={begins.more} isLoading={begins.isLoadingMore} />
        <OnlyScope />
      </Notice>
    );
  }
  return (
    <div className="stack">
      <h1>
        {parsed.atMs === null
          ? t('search.title', { text })
          : t('search.liveAt', { time: showDateAndClock(parsed.atMs), zone: timeZone.get() })}
      </h1>
      {parsed.atMs === null && sessions.length > 0 && <Streams rows={streamsOf(sessions)} />}
      {taskRows.length > 0 && (
        <section className="section">
          <ListHead title={t('search.tasks')} list="relayTasks" filter={filters.tasks} />
          <TasksTable rows={taskRows} />
        </section>
      )}
      {sessions.length > 0 && (
        <section className="section">
          <ListHead
            title={t('stream.sessions')}
            list="streamSessions"
            filter={{ or: [filters.exact, filters.sessions] }}
          />
          <SessionsTable rows={sessions} />
          <More more={begins.more} isLoading={begins.isLoadingMore} />
        </section>
      )}
    </div>
  );
}

/** Streams first: whether one is live is what is asked most. */
function Streams({ rows }: { readonly rows: readonly SessionRowFragment[] }) {
  return (
    <section className="section">
      <h2>{t('search.streams')}</h2>
      <Table
        label={t('search.streams')}
        columns={[
          { name: t('session.stream') },
          { name: t('sessions.state') },
          { name: t('live.uptime'), kind: 'wide-only' },
          { name: t('sessions.ended') },
          { name: t('session.target'), kind: 'wide-only' },
        ]}
      >
        {rows.map((row) => (
          <tr key={row.id}>
            <td>
              <RowLink to={streamPath({ ...row, streamId: row.streamId ?? '' })}>{row.streamId}</RowLink>
            </td>
            <td>
              <SessionMark state={row.state} side={row.endCause?.side} />
              {row.state === 'LIVE' && (
                <span className="narrow-only quiet">
                  {' '}
                  <Elapsed since={row.startedAt} />
                </span>
              )}
            </td>
            <td className="wide-only">{row.state === 'LIVE' ? <Elapsed since={row.startedAt} /> : '–'}</td>
            <td>{row.state === 'LIVE' ? '–' : <Time at={row.endedAt} />}</td>
            <td className="quiet wide-only">
              {row.domain}/{row.path}
            </td>
          </tr>
        ))}
      </Table>
    </section>
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
