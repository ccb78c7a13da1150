import { useMemo } from 'react';
import { Link } from 'wouter';
import { useStore } from '../../api/hooks.ts';
import { useParam } from '../../api/use-param.ts';
import type { EndingsOfRowFragment } from '../../api/operations.generated.ts';
import { hourLabel } from '../../format/hour-label.ts';
import { showClock, showDate, showDateAndMinute, showHours, showNumber } from '../../format/shown.ts';
import { slotsOf, type TimeSpan, type TimeUnit } from '../../format/slots.ts';
import { timeZone } from '../../format/zone.ts';
import { AxisLabels, Legend, type AxisLabel } from '../../parts/chart.tsx';
import { DragSpan } from '../../parts/period/drag-span.tsx';
import { periodParam } from '../../parts/period/period-choice.tsx';
import { paramOfSpan, type Period } from '../../parts/period/period.ts';
import { endTones } from '../../parts/tones.ts';
import { useIsNarrow } from '../../parts/hooks.ts';
import { t } from '../../translations/translate.ts';
import { timeBarsOf, type TimeBar } from './figures.ts';
import type { PathOf } from './selection.ts';
import { TonePatterns, ToneRect } from './tone-patterns.tsx';

/** Height of the highest bar in pixels. */
const height = 120;

/** Share of a slot's width that its bar fills; the rest is the gap after it. */
const barShare = 0.84;

/** When pushes ended: a bar for each minute, hour or day, divided by who ended them. Each part links to its sessions. */
export function TimeBars(props: {
  readonly rows: readonly EndingsOfRowFragment[];
  readonly period: Period;
  readonly pathOf: PathOf;
}) {
  const { rows, period, pathOf } = props;
  const { span, unit, isOver } = period;
  const [, choose] = useParam(periodParam);
  const zone = useStore(timeZone);
  const { fromMs, toMs } = span;
  const slots = useMemo(() => slotsOf({ fromMs, toMs }, unit, zone), [fromMs, toMs, unit, zone]);
  const bars = timeBarsOf(slots, rows);
  const max = Math.max(1, ...bars.map(({ ended }) => ended));
  const name = ({ fromMs: atMs, toMs: endMs }: TimeSpan) => {
    const time = unit === 'DAY' ? showDate(atMs) : showDateAndMinute(atMs);
    return endMs < toMs || isOver ? time : t('endings.soFar', { time });
  };
  return (
    <section className="section" aria-labelledby="by-time">
      <h2 id="by-time">{t(`endings.by.${unit}`)}</h2>
      <figure className="time-bars">
        <DragSpan span={span} choose={(chosen) => choose(paramOfSpan(dragged(chosen, unit)))}>
          <svg width="100%" height={height} aria-hidden="true">
            <TonePatterns id="time" />
            {bars.map((bar, index) => (
              <Link key={bar.slot.fromMs} href={pathOf({ span: bar.slot })} tabIndex={-1}>
                <title>{t('endings.bar', { time: name(bar.slot), n: showNumber(bar.ended) })}</title>
                <Bar bar={bar} max={max} x={index / bars.length} width={1 / bars.length} />
              </Link>
            ))}
          </svg>
        </DragSpan>
        <AxisLabels labels={labelsOf(slots, unit, useIsNarrow() ? 4 : 8)} />
        <figcaption>
          <span>{slots.slice(0, 1).map(name)}</span>
          <span>{t('endings.atMost', { n: showNumber(max) })}</span>
          <span>{slots.slice(-1).map(name)}</span>
        </figcaption>
        <Legend tones={endTones} />
      </figure>
      <details>
        <summary>{t('endings.asTable')}</summary>
        <table className="endings-table">
          <thead>
            <tr>
              <th scope="col">{t(`endings.unit.${unit}`)}</th>
              <th scope="col" className="number">
                {t('endings.count')}
              </th>
              <th scope="col" className="number">
                {t('endings.pushed')}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ slot, ended, pushedMs }) => (
              <tr key={slot.fromMs}>
                <td>
                  <Link href={pathOf({ span: slot })}>{name(slot)}</Link>
                </td>
                <td className="number">{showNumber(ended)}</td>
                <td className="number">{showHours(pushedMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

/** A drag is as exact as the drawing: of days, to the hour. A shorter one than that is that long. */
function dragged({ fromMs, toMs }: TimeSpan, unit: TimeUnit): TimeSpan {
  const stepMs = unit === 'DAY' ? 3_600_000 : 60_000;
  const from = Math.round(fromMs / stepMs) * stepMs;
  return { fromMs: from, toMs: Math.max(from + stepMs, Math.round(toMs / stepMs) * stepMs) };
}

/** A label where every third hour begins, or below the middle of the bars of days and minutes, as many as fit. */
function labelsOf(slots: readonly TimeSpan[], unit: TimeUnit, daysMax: number): readonly AxisLabel[] {
  const step = Math.ceil(slots.length / daysMax);
  return slots.flatMap(({ fromMs }, index) => {
    if (unit !== 'HOUR') {
      const text = unit === 'DAY' ? showDate(fromMs) : showClock(fromMs, false);
      return index % step === 0 ? [{ share: (index + barShare / 2) / slots.length, text }] : [];
    }
    const text = hourLabel(fromMs);
    return text === null ? [] : [{ share: index / slots.length, text }];
  });
}

/** The parts of one bar, the lowest first. Its whole height is clickable. */
function Bar(props: { readonly bar: TimeBar; readonly max: number; readonly x: number; readonly width: number }) {
  const { bar, max } = props;
  const place = { x: `${(props.x * 100).toFixed(3)}%`, width: `${(props.width * barShare * 100).toFixed(3)}%` };
  const scale = (sessions: number) => (sessions / max) * (height - 4);
  return (
    <>
      <rect className="hit" {...place} y={0} height={height} />
      {bar.byTone.map(({ tone, sessions, below }) => (
        <ToneRect
          key={tone}
          id="time"
          tone={tone}
          {...place}
          y={height - scale(below + sessions)}
          height={scale(sessions)}
        />
      ))}
    </>
  );
}
