import { Link } from 'wouter';
import type { SessionRowFragment } from '../../api/operations.generated.ts';
import { hourLabel } from '../../format/hour-label.ts';
import { showClock, showDateAndClock } from '../../format/shown.ts';
import { slotsOf } from '../../format/slots.ts';
import { timeZone } from '../../format/zone.ts';
import { AxisLabels, Legend } from '../../parts/chart.tsx';
import { endTones, toneOfSide } from '../../parts/tones.ts';
import { SessionMark } from '../../parts/marks.tsx';
import { sessionPath } from '../../paths.ts';
import { t } from '../../translations/translate.ts';
import { barsOf } from './bars.ts';

/** Width of the drawing in units; it is stretched to the available width. */
const width = 1440;
const height = 40;

/** The last day of a stream: a bar for each push, and a tick at its end in the colour of the side that ended it. */
export function DayStrip({ rows, toMs }: { readonly rows: readonly SessionRowFragment[]; readonly toMs: number }) {
  const bars = barsOf(rows, toMs, width);
  const durationMs = 86_400_000;
  const fromMs = toMs - durationMs;
  const hours = slotsOf({ fromMs, toMs }, 'HOUR', timeZone.get()).flatMap(({ fromMs: atMs }) => {
    const text = hourLabel(atMs);
    return text === null ? [] : [{ share: (atMs - fromMs) / durationMs, text }];
  });
  const tones = endTones.filter((tone) =>
    bars.some(({ row }) => row.endCause && toneOfSide(row.endCause.side) === tone),
  );
  return (
    <figure className="day-strip" aria-label={t('stream.strip')}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {hours.map(({ share }) => (
          <path key={share} className="grid" d={`M${share * width} 0V${height}`} />
        ))}
        {bars.map(({ row, x, endX }) => (
          <Link key={row.id} href={sessionPath(row)} tabIndex={-1}>
            <title>{`${row.startedAt ? showDateAndClock(row.startedAt) : ''} – ${row.endedAt ? showClock(row.endedAt) : ''}`}</title>
            <rect
              className={row.state === 'LIVE' ? 'bar live' : 'bar'}
              x={x}
              y={8}
              width={Math.max(2, endX - x)}
              height={24}
            />
            {row.endCause && (
              <rect className={`tick ${toneOfSide(row.endCause.side)}`} x={endX - 2} y={2} width={4} height={36} />
            )}
          </Link>
        ))}
      </svg>
      <AxisLabels labels={hours} />
      <figcaption>
        <span>{showDateAndClock(fromMs)}</span>
        <span>{t('session.asKnownNow')}</span>
      </figcaption>
      <Legend tones={tones}>
        {bars.some(({ row }) => row.state === 'LIVE') && <SessionMark state="LIVE" />}
        {bars.some(({ row }) => row.state !== 'LIVE') && <span className="mark over">{t('stream.over')}</span>}
      </Legend>
    </figure>
  );
}
