import { useMemo } from 'react';
import { Link, useParams } from 'wouter';
import { LedgerError } from '../../../../clients/core/errors.ts';
import { useAsk, useRefreshOn } from '../../api/hooks.ts';
import { TaskPageChangedDocument, TaskPageDocument, type TaskPageQuery } from '../../api/operations.generated.ts';
import { useParam } from '../../api/use-param.ts';
import { showDateAndClock } from '../../format/shown.ts';
import { CallbackList } from '../../parts/lists/callback-list.tsx';
import { Credentials } from '../../parts/credentials.tsx';
import { TaskMark } from '../../parts/marks.tsx';
import { Answered, Failure, Notice } from '../../parts/notices.tsx';
import { OperatorFacts } from '../../parts/operator-facts/operator-facts.tsx';
import { SessionsTable } from '../../parts/lists/sessions-table.tsx';
import { paths, taskPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { errnoLikeness } from './exit-words.ts';
import { playsOf } from './plays.ts';
import { PlaysTable } from './plays-table.tsx';
import { RunLanes } from './run-lanes.tsx';
import { TaskFacts } from './task-facts.tsx';
import { usePlays } from './use-plays.ts';
import './task.css';

type Found = NonNullable<TaskPageQuery['relayTask']>;

/** One relay task: its runs and files, why it exited, and the sessions that it fed. */
export function Task() {
  const { taskId } = useParams<{ taskId: string }>();
  const [appId] = useParam('appId');
  const answer = useAsk(TaskPageDocument, { taskId, appId });
  const plays = usePlays({ taskId, appId });
  useRefreshOn(TaskPageChangedDocument, { taskId, appId: appId === null ? null : { eq: appId } }, () => {
    void answer.refetch();
    void plays.refetch();
  });
  if (answer.error instanceof LedgerError && answer.error.code === 'AMBIGUOUS_ID') {
    return (
      <Notice title={t('session.ambiguous')} isView>
        {answer.error.appIds.map((each) => (
          <Link key={each} href={taskPath({ taskId, appId: each })}>
            {t('session.account', { appId: each })}
          </Link>
        ))}
      </Notice>
    );
  }
  return (
    <Answered answer={answer}>
      {({ relayTask }) =>
        relayTask ? (
          <FoundTask task={relayTask} answer={plays} />
        ) : (
          <Notice title={t('task.notFound')} isView>
            <p>{t('task.notFoundAdvice')}</p>
            <Link href={paths.tasks}>{t('nav.relays')}</Link>
          </Notice>
        )
      }
    </Answered>
  );
}

function FoundTask({ task, answer }: { readonly task: Found; readonly answer: ReturnType<typeof usePlays> }) {
  const played = answer.data?.relayTask ?? null;
  const plays = useMemo(() => playsOf(played?.callbacks?.nodes ?? []), [played]);
  return (
    <div className="stack">
      <TaskHeadline task={task} />
      <TaskFacts task={task} />
      <section className="section">
        <h2>{t('task.runs')}</h2>
        {!task.runs?.length ? (
          <p>{t('task.noRuns')}</p>
        ) : (
          <RunLanes runs={task.runs} plays={plays} sourceUrls={task.sourceUrls} />
        )}
        {answer.error !== null && <Failure error={answer.error} retry={answer.refetch} />}
        <PlaysTable
          plays={plays}
          isCut={played?.callbacks?.pageInfo.hasNextPage === true}
          sourceUrls={task.sourceUrls}
        />
      </section>
      <section className="section">
        <h2>{t('task.fed')}</h2>
        {!task.streamSessions?.length ? <p>{t('task.fedNone')}</p> : <SessionsTable rows={task.streamSessions} />}
      </section>
      <OperatorFacts id={task.id} facts={task.operatorFacts ?? []} />
      <section className="section">
        <h2>{t('session.callbacks')}</h2>
        <CallbackList callbacks={task.callbacks?.nodes ?? []} />
        {task.callbacks?.pageInfo.hasNextPage && <p className="quiet">{t('session.callbacksMore')}</p>}
      </section>
    </div>
  );
}

function TaskHeadline({ task }: { readonly task: Found }) {
  const { taskId, state, exitCode, exitCodeText, exitMessage } = task;
  const began = task.startedAt ?? task.startReceivedAt;
  const exited = task.exitedAt ?? task.exitReceivedAt;
  const likeness = errnoLikeness(exitCode);
  const restarts = Math.max(0, (task.runs?.length ?? 0) - 1);
  return (
    <header className="headline">
      <p className="quiet">
        {t('task.title', { taskId })} · <TaskMark {...task} />
      </p>
      <h1 data-title={task.taskId}>
        {state === 'RUNNING' &&
          (began === null ? t('task.running') : t('task.runningSince', { time: showDateAndClock(began) }))}
        {state === 'UNKNOWN' && t('task.stateUnknown')}
        {state === 'EXITED' &&
          t('task.exitedAt', {
            time: exited === null ? t('unknown') : showDateAndClock(exited),
            code: exitCode ?? exitCodeText ?? t('unknown'),
          })}{' '}
        {t('task.restarts', { count: restarts })}
      </h1>
      {state === 'EXITED' && (likeness !== null || exitMessage) && (
        <p>
          {exitMessage && <Credentials text={exitMessage} />}{' '}
          {likeness !== null && <span className="quiet">{t('task.looksLike', { words: likeness })}</span>}
        </p>
      )}
    </header>
  );
}
