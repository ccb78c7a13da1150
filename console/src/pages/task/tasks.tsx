import { useRefreshOn, useStore } from '../../api/hooks.ts';
import { TasksPageChangedDocument, type RelayTaskFilter } from '../../api/operations.generated.ts';
import { useParam, useScopeFilter } from '../../api/use-param.ts';
import type { TimeSpan } from '../../format/slots.ts';
import { timeZone } from '../../format/zone.ts';
import { AsCsv } from '../../parts/lists/as-csv.tsx';
import { Notice, OnlyScope } from '../../parts/notices.tsx';
import { Paged } from '../../parts/lists/paged.tsx';
import { PeriodChoice, periodParam } from '../../parts/period/period-choice.tsx';
import { periodOf } from '../../parts/period/period.ts';
import { useNow } from '../../parts/use-now.ts';
import { useSettled } from '../../parts/hooks.ts';
import { t } from '../../translations/translate.ts';
import { TasksTable } from './tasks-table.tsx';
import { useTasks } from './use-tasks.ts';

/** The choices, and which tasks each shows. An exit with 0 needs no attention. */
const choices = {
  RUNNING: { state: { eq: 'RUNNING' } },
  FINISHED: { state: { eq: 'EXITED' }, exitCode: { eq: 0 } },
  EXITED: { state: { eq: 'EXITED' }, not: { exitCode: { eq: 0 } } },
  AGAIN: { state: { eq: 'RUNNING' }, runs: { exitCode: { ne: 0 } } },
  UNKNOWN: { state: { eq: 'UNKNOWN' } },
} as const satisfies Readonly<Record<string, RelayTaskFilter>>;
const chosenBy = Object.keys(choices) as readonly (keyof typeof choices)[];

/** Milliseconds without a key press before the typed text is searched for. */
const pauseMs = 150;

/** What the API can find by a name: a whole id or file, or the beginning of a stream or domain. */
function namedBy(text: string): RelayTaskFilter {
  if (text === '') return {};
  return {
    or: [
      { taskId: { eq: text } },
      { sourceFile: { eq: text } },
      { streamId: { startsWith: text } },
      { domain: { startsWith: text.toLowerCase() } },
    ],
  };
}

/** The tasks that ran in a period, or exited in it: by the arrival of their callbacks, because CSS often sends no time. */
function ranIn({ fromMs, toMs }: TimeSpan): RelayTaskFilter {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  const within = { gte: from, lt: to };
  return {
    or: [
      { runs: { startReceivedAt: within } },
      { runs: { exitReceivedAt: within } },
      { runs: { startReceivedAt: { lt: from }, exitReceivedAt: { gte: to } } },
      { state: { eq: 'RUNNING' }, startReceivedAt: { lt: to } },
    ],
  };
}

/** All relay tasks: usually by when their newest run began. */
export function Tasks() {
  const [state, setState] = useParam('state');
  const [name, setName] = useParam('name');
  const chosen = chosenBy.find((each) => each === state);
  const text = useSettled((name ?? '').trim(), pauseMs);
  const [window, setWindow] = useParam(periodParam);
  const zone = useStore(timeZone);
  const period = periodOf(window, useNow(), zone);
  const scope = useScopeFilter();
  const filter: RelayTaskFilter = {
    and: [
      scope,
      namedBy(text),
      ...(chosen === undefined ? [] : [choices[chosen]]),
      ...(window === null ? [] : [ranIn(period.span)]),
    ],
  };
  const { order, pages } = useTasks(filter);
  const isAll = chosen === undefined && text === '' && window === null;
  useRefreshOn(TasksPageChangedDocument, {}, pages.refetch);
  return (
    <div className="stack">
      <h1>{t('nav.relays')}</h1>
      <PeriodChoice period={window === null ? null : period} none={() => setWindow(null)} />
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
