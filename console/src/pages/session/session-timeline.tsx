import { Link } from 'wouter';
import { showClock, showDate, showFullTime } from '../../format/shown.ts';
import { dayOf } from '../../format/times.ts';
import { timeZone } from '../../format/zone.ts';
import { eventName } from '../../parts/event-name.ts';
import { CallbackAsSent, Released } from '../../parts/lists/callback-list.tsx';
import { Sure } from '../../parts/sure.tsx';
import { sessionPath, taskPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { wordsOf } from './timeline-words.ts';
import type { TimelineEntry } from './use-session.ts';

/** What happened, one callback per line, each of which opens to show it as sent. Marks what was not known yet. */
export function SessionTimeline({
  entries,
  asOf,
}: {
  readonly entries: readonly TimelineEntry[];
  readonly asOf: string | null;
}) {
  const day = (entry: TimelineEntry | undefined) => (entry ? dayOf(Date.parse(entry.at), timeZone.get()) : '');
  return (
    <ol className="timeline">
      {entries.map((entry, index) => (
        <Line key={entry.callback.id} entry={entry} withDate={day(entry) !== day(entries[index - 1])} asOf={asOf} />
      ))}
    </ol>
  );
}

function Line(props: { readonly entry: TimelineEntry; readonly withDate: boolean; readonly asOf: string | null }) {
  const { entry, withDate, asOf } = props;
  const { at, owner, callback } = entry;
  const isKnown = asOf === null || Date.parse(callback.recordedAt) <= Date.parse(asOf);
  const kind = owner === 'SESSION' ? (callback.eventType === 1 ? 'began' : 'ended') : owner.toLowerCase();
  return (
    <li className={isKnown ? kind : `${kind} not-known-yet`}>
      <time dateTime={at} title={showFullTime(at)}>
        {withDate && `${showDate(at)} `}
        {showClock(at)}
      </time>
      <div>
        <Words entry={entry} /> <Sure of={entry} /> <Released by={callback.releasedBy} />
        {!isKnown && <span className="quiet"> {t('session.notKnownYet')}</span>}
        <CallbackAsSent callback={callback} />
      </div>
    </li>
  );
}

function Words({ entry }: { readonly entry: TimelineEntry }) {
  const { owner, callback } = entry;
  const words = wordsOf(entry);
  if (owner === 'SESSION') return <strong>{words}</strong>;
  if (owner === 'NEIGHBOUR' && callback.streamSession !== null) {
    return <Link href={sessionPath(callback.streamSession)}>{words}</Link>;
  }
  if (owner === 'RELAY_TASK' && callback.taskId !== null) {
    return <Link href={taskPath({ taskId: callback.taskId, appId: callback.appId ?? undefined })}>{words}</Link>;
  }
  return (
    <>
      <span className="quiet">{eventName(callback.eventType, callback.callbackEvent)}:</span> {words}
    </>
  );
}
