import { useRefreshOn } from '../../api/hooks.ts';
import {
  TasksPageChangedDocument,
  TasksPageDocument,
  type RelayTaskFilter,
  type RelayTaskState,
} from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-scope.ts';
import { usePages } from '../../api/use-pages.ts';
import { useParam } from '../../api/use-param.ts';
import { AsCsv } from '../../parts/as-csv.tsx';
import { More } from '../../parts/more.tsx';
import { Failure, Loading, Notice } from '../../parts/notices.tsx';
import { OnlyScope } from '../../parts/only-scope.tsx';
import { t } from '../../translations/translate.ts';
import { TasksTable } from './tasks-table.tsx';

const states: readonly RelayTaskState[] = ['RUNNING', 'EXITED', 'UNKNOWN'];

/** All relay tasks, by when their newest run began. */
export function Tasks() {
  const [state, setState] = useParam('state');
  const chosen = states.find((each) => each === state);
  const filter: RelayTaskFilter = { ...useScopeFilter(), ...(chosen !== undefined && { state: { eq: chosen } }) };
  const tasks = usePages(TasksPageDocument, { filter }, (result) => result.relayTasks);
  useRefreshOn(TasksPageChangedDocument, {}, tasks.refetch);
  return (
    <div className="stack">
      <h1>{t('nav.relays')}</h1>
      <div className="chips">
        <button type="button" aria-pressed={chosen === undefined} onClick={() => setState(null)}>
          {t('health.all')}
        </button>
        {states.map((each) => (
          <button key={each} type="button" aria-pressed={each === chosen} onClick={() => setState(each)}>
            {t(`taskState.${each}`)}
          </button>
        ))}
        <AsCsv list="relayTasks" filter={filter} />
      </div>
      {tasks.isLoading && <Loading />}
      {tasks.error !== null && <Failure error={tasks.error} retry={tasks.refetch} />}
      {!tasks.isLoading && tasks.error === null && tasks.rows.length === 0 && (
        <Notice title={t('task.noneTitle')}>
          <p>{t('task.none')}</p>
          <OnlyScope />
        </Notice>
      )}
      {tasks.rows.length > 0 && <TasksTable rows={tasks.rows} />}
      <More more={tasks.more} isLoading={tasks.isLoadingMore} />
    </div>
  );
}
