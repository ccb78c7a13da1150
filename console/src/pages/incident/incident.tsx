import { Link, useParams } from 'wouter';
import { useAsk, useRefreshOn } from '../../api/hooks.ts';
import { IncidentPageDocument, IncidentsChangedDocument } from '../../api/operations.generated.ts';
import { showClockBeside, showDateAndClock, showNumber } from '../../format/shown.ts';
import { SessionsTable } from '../../parts/lists/sessions-table.tsx';
import { IncidentMark, SideMark, TaskMark } from '../../parts/marks.tsx';
import { Answered, Notice } from '../../parts/notices.tsx';
import { Sure } from '../../parts/sure.tsx';
import { RowLink, Table } from '../../parts/lists/table.tsx';
import { Facts, type Fact } from '../../parts/term.tsx';
import { useNow } from '../../parts/use-now.ts';
import { incidentsPath, taskPath } from '../../paths.ts';
import { serverText, t } from '../../translations/translate.ts';
import { refusedPath, refusedWindowNames, refusedWindows, type RefusedWindow } from '../endings/refused/selection.ts';
import { IncidentChart } from './incident-chart.tsx';
import { IncidentTexts } from './incident-texts.tsx';
import { incidentSentence, type FoundIncident } from './incident-words.ts';
import './incident.css';
import { NotBackList } from './not-back-list.tsx';

/** Sessions listed until the reader asks for more; the query reads as many as the texts and the timeline need. */
const rowsShown = 20;

/** One incident: what went wrong, how far, and whether it is over; its timeline, its streams, and what to do. */
export function Incident() {
  const { incidentId } = useParams<{ incidentId: string }>();
  const answer = useAsk(IncidentPageDocument, { incidentId });
  useRefreshOn(IncidentsChangedDocument, {}, answer.refetch);
  return (
    <Answered answer={answer}>
      {({ incident }) =>
        incident === null ? (
          <Notice title={t('incident.notFound')} isView>
            <p>{t('incident.notFoundAdvice')}</p>
            <Link href={incidentsPath}>{t('incident.title')}</Link>
          </Notice>
        ) : (
          <Found incident={incident} />
        )
      }
    </Answered>
  );
}

function Found({ incident }: { readonly incident: FoundIncident }) {
  const { kind, side, state, overSince, all, notBack, incidentId } = incident;
  const nowMs = useNow();
  const rows = all?.nodes ?? [];
  const tasks = incident.relayTasks ?? [];
  const waiting = tasks.filter((task) => task.state !== 'RUNNING');
  return (
    <div className="stack">
      <header className="headline">
        <p className="quiet">
          <Link href={incidentsPath}>{t('incident.title')}</Link> · <IncidentMark state={state} />
          {overSince !== null && ` ${t('incident.overSince', { time: showClockBeside(Date.parse(overSince), nowMs) })}`}
        </p>
        <h1>{incidentSentence(incident, nowMs)}</h1>
        <p className="advice">
          <span>
            <span className="quiet">{t('incident.side')}:</span> <SideMark side={side} /> <Sure of={incident} />
          </span>
          <span>{serverText(incident.advice)}</span>
        </p>
      </header>
      <section aria-label={t('session.facts')}>
        <Facts facts={factsOf(incident)} />
      </section>
      <IncidentChart incident={incident} ends={rows.map(({ endedAt }) => endedAt)} />
      <IncidentTexts incident={incident} />
      {kind === 'PUSH' && notBack > 0 && <NotBackList incidentId={incidentId} count={notBack} />}
      {kind === 'ATTEMPT' && (
        <Link href={refusedPath({ window: windowFrom(incident, nowMs), stream: null })}>{t('refused.title')}</Link>
      )}
      {kind === 'RELAY_RUN' && notBack > 0 && waiting.length > 0 && (
        <Tasks
          title={t('incident.notRunning', { n: showNumber(waiting.length), count: waiting.length })}
          tasks={waiting}
        />
      )}
      {tasks.length > 0 && <Tasks title={t('nav.relays')} tasks={tasks} />}
      {all !== null && rows.length > 0 && (
        <section className="section" aria-labelledby="all">
          <h2 id="all">{t('incident.all', { n: showNumber(all.totalCount), count: all.totalCount })}</h2>
          <SessionsTable rows={rows.slice(0, rowsShown)} />
          {all.totalCount > rowsShown && <p className="quiet">{t('incident.newest', { n: showNumber(rowsShown) })}</p>}
        </section>
      )}
    </div>
  );
}

function factsOf(incident: FoundIncident): readonly Fact[] {
  const { startedAt, lastFailedAt, newestEvidenceAt, overSince, affected, of, back, notBack, failures, code } =
    incident;
  const fact = (name: string, value: string | null): Fact => (value === null ? null : [name, value]);
  return [
    fact(t('incident.began'), showDateAndClock(startedAt)),
    fact(t('incident.lastFailed'), showDateAndClock(lastFailedAt)),
    fact(t('incident.evidence'), showDateAndClock(newestEvidenceAt)),
    fact(t('incident.overAt'), overSince === null ? null : showDateAndClock(overSince)),
    fact(
      t('incident.affected'),
      of === null ? showNumber(affected) : t('incident.nOf', { n: showNumber(affected), of: showNumber(of) }),
    ),
    fact(t('incident.back'), showNumber(back)),
    fact(t('incident.notBack'), showNumber(notBack)),
    fact(t('incident.failures'), failures === affected ? null : showNumber(failures)),
    fact(t('endings.code'), code === null ? null : String(code)),
    fact(t('incident.account'), incident.appId),
    fact(t('endings.domain'), incident.domain),
    fact(t('incident.path'), incident.path),
    fact(t('live.node'), incident.accessPoint ?? incident.accessPointNetwork),
    fact(t('incident.source'), incident.sourceHost),
  ];
}

/** The shortest of the times of refused pushes in which all of it is. */
function windowFrom({ startedAt }: FoundIncident, nowMs: number): RefusedWindow {
  return refusedWindowNames.find((name) => nowMs - Date.parse(startedAt) < refusedWindows[name]) ?? '7d';
}

function Tasks({ title, tasks }: { readonly title: string; readonly tasks: NonNullable<FoundIncident['relayTasks']> }) {
  return (
    <section className="section" aria-label={title}>
      <h2>{title}</h2>
      <Table label={title} columns={[{ name: t('live.relay') }, { name: t('sessions.state') }]}>
        {tasks.map((task) => (
          <tr key={task.id}>
            <td>
              <RowLink to={taskPath(task)}>{task.taskId}</RowLink>
            </td>
            <td>
              <TaskMark {...task} />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
