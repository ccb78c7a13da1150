import { Link } from 'wouter';
import type { SessionFactsFragment } from '../../api/operations.generated.ts';
import { showClock, showDate, showFullTime, timeZone } from '../../format/shown.ts';
import { dayOf } from '../../format/times.ts';
import { eventName } from '../../parts/event-name.ts';
import { sessionPath, taskPath } from '../../paths.ts';
import { serverText, t } from '../../translations/translate.ts';
import type { TimelineEntry } from './timeline.ts';

/** What happened, as a list with one entry a line, the newest first. */
export function SessionTimeline(props: {
  readonly entries: readonly TimelineEntry[];
  readonly session: SessionFactsFragment;
}) {
  const { entries, session } = props;
  const day = (entry: TimelineEntry | undefined) => (entry ? dayOf(Date.parse(entry.at), timeZone) : '');
  return (
    <ol className="timeline">
      {entries.map((entry, index) => (
        <li key={index} className={entry.kind}>
          <time dateTime={entry.at} title={showFullTime(entry.at)}>
            {day(entry) === day(entries[index - 1]) ? '' : `${showDate(entry.at)} `}
            {showClock(entry.at)}
          </time>
          <span>
            <EntryText entry={entry} session={session} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function EntryText({ entry, session }: { readonly entry: TimelineEntry; readonly session: SessionFactsFragment }) {
  switch (entry.kind) {
    case 'began':
      return <strong>{t('session.entries.began')}</strong>;
    case 'ended':
      return (
        <strong>
          {t('session.entries.ended')}
          {session.endCause && `: ${serverText(session.endCause.summary)}`}
        </strong>
      );
    case 'neighbour-began':
    case 'neighbour-ended': {
      const { neighbour } = entry;
      const cause = entry.kind === 'neighbour-ended' ? neighbour.endCause : null;
      return (
        <>
          <Link href={sessionPath(neighbour)}>{t(`session.entries.${entry.kind}`)}</Link>
          {cause && <span className="quiet">: {serverText(cause.summary)}</span>}
        </>
      );
    }
    case 'callback':
      return (
        <>
          {t('session.entries.callback', { event: eventName(entry.callback.eventType, entry.callback.callbackEvent) })}
        </>
      );
    default:
      return <Link href={taskPath(entry.task)}>{relayText(entry)}</Link>;
  }
}

function relayText(entry: Extract<TimelineEntry, { readonly task: unknown }>): string {
  const task = entry.task.taskId;
  if (entry.kind === 'alarm') {
    return t('session.entries.alarm', { task, type: entry.alarm.type, times: entry.alarm.times });
  }
  if ('file' in entry) {
    const file = typeof entry.file.index === 'number' ? entry.file.index + 1 : t('unknown');
    return t(`session.entries.${entry.kind}`, { task, file });
  }
  const { number, exitCode, exitCodeText } = entry.run;
  return entry.kind === 'run-began'
    ? t('session.entries.run-began', { task, run: number })
    : t('session.entries.run-exited', { task, run: number, code: exitCode ?? exitCodeText ?? t('unknown') });
}
