import { useRefreshOn } from '../../api/hooks.ts';
import { TasksPageChangedDocument, type RelayTaskFilter } from '../../api/operations.generated.ts';
import { useParam, useScopeFilter } from '../../api/use-param.ts';
import { AsCsv } from '../../parts/lists/as-csv.tsx';
import { Notice, OnlyScope } from '../../parts/notices.tsx';
import { Paged } from '../../parts/paged.tsx';
import { useSettled } from '../../parts/hooks.ts';
import { t } from '../../translations/translate.ts';
import { TasksTable } from './tasks-table.tsx';
import { useTasks } from './use-tasks.ts';

/** The choices, and which tasks each shows. An exit with 0 needs no attention. */
const choices = {
  RUNNING: { state: { eq: 'RUNNING' } },
  FINISHED: { state: { eq: 'EXITED' }, exitCode: { eq: 0 } },
  EXITED: { state: { eq: 'EXITED' }, not: { exitCode: { eq: 0 } } },
  UNKNOWN: { state: { eq: 'UNKNOWN' } },
} as const satisfies Readonly<Record<string, RelayTaskFilter>>;
const chosenBy = Object.keys(choices) as readonly (keyof typeof choices)[];

/** Milliseconds without a key press before the typed text is searched for. */
const pauseMs = 150;

/** What the API can find by a name: a whole id, or the beginning of a stream or domain. */
function namedBy(text: string): RelayTaskFilter {
  if (text === '') return {};
  return {
    or: [{ taskId: { eq: text } }, { streamId: { startsWith: text } }, { domain: { startsWith: text.toLowerCase() } }],
  };
}

/** All relay tasks: usually by when their newest run began. */
export function Tasks() {
  const [state, setState] = useParam('state');
  const [name, setName] = useParam('name');
  const chosen = chosenBy.find((each) => each === state);
  const text = useSettled((name ?? '').trim(), pauseMs);
  const filter: RelayTaskFilter = {
    ...useScopeFilter(),
    ...(chosen !== undefined && choices[chosen]),
    ...namedBy(text),
  };
  const { order, pages } = useTasks(filter);
  const isAll = chosen === undefined && text === '';
  useRefreshOn(TasksPageChangedDocument, {}, pages.refetch);
  return (
    <div className="stack">
      <h1>{t('nav.relays')}</h1>
      <div className="chips">
        <input
          className="filter"
          type="search"
          aria-label={t('task.filter')}
          placeholder={t('task.filter')}
          value={name ?? ''}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="button" aria-pressed={chosen === undefined} onClick={() => setState(null)}>
          {t('health.all')}
        </button>
        {chosenBy.map((each) => (
          <button key={each} type="button" aria-pressed={each === chosen} onClick={() => setState(each)}>
            {t(`taskState.${each}`)}
          </button>
        ))}
        <AsCsv list="relayTasks" filter={filter} orderBy={order.by} />
      </div>
      <Paged
        pages={pages}
        order={order}
        none={
          <Notice title={t('task.noneTitle')}>
            <p>{isAll ? t('task.none') : t('task.noneMatches')}</p>
            <OnlyScope />
          </Notice>
        }
      >
        <p className="quiet">{t('task.exitsExplain')}</p>
        <TasksTable rows={pages.rows} order={order} />
      </Paged>
    </div>
  );
}
