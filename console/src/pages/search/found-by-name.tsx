import type { RelayTaskFilter, StreamSessionFilter } from '../../api/operations.generated.ts';
import { Legend } from '../../parts/chart.tsx';
import { SessionsList, useNewestSessions } from '../../parts/lists/sessions-list.tsx';
import { SessionMark } from '../../parts/marks.tsx';
import { Failure, Loading, Notice, OnlyScope } from '../../parts/notices.tsx';
import { ListHead, More, Paged } from '../../parts/lists/paged.tsx';
import { endTones } from '../../parts/tones.ts';
import { t } from '../../translations/translate.ts';
import { TasksTable } from '../task/tasks-table.tsx';
import { useTasks } from '../task/use-tasks.ts';
import { FoundStreams } from './found-streams.tsx';
import { streamsOf } from './streams-of.ts';

/** Streams, relay tasks and pushes that a text without a time means. */
export function FoundByName(props: {
  readonly text: string;
  readonly exact: StreamSessionFilter | null;
  readonly others: StreamSessionFilter | null;
  readonly tasksFilter: RelayTaskFilter | null;
}) {
  const { text, tasksFilter } = props;
  // Independent of the lists' orders: the newest push of a stream says whether it is live.
  const exact = useNewestSessions(props.exact);
  const others = useNewestSessions(props.others);
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
  const streams = streamsOf([...exact.rows, ...others.rows]);
  return (
    <>
      <header className="section">
        <h1>{t('search.title', { text })}</h1>
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
      {props.exact !== null && exact.rows.length > 0 && (
        <SessionsList title={t(areBoth ? 'search.exact' : 'stream.sessions')} filter={props.exact} />
      )}
      {props.others !== null && (
        <SessionsList
          title={t(areBoth ? 'search.others' : 'stream.sessions')}
          filter={props.others}
          param="othersOrder"
        />
      )}
    </>
  );
}
