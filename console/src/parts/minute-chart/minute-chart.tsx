import { useState, type PointerEvent, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useStore } from '../../api/hooks.ts';
import { showClock, showDate, showNumber } from '../../format/shown.ts';
import type { TimeSpan } from '../../format/slots.ts';
import { timeZone } from '../../format/zone.ts';
import { t } from '../../translations/translate.ts';
import { AxisLabels } from '../chart.tsx';
import { axisTimes, stepPath, type ChartPoint } from './chart-figures.ts';

/** Units of the drawing, which is stretched to the available width. */
const [width, height] = [480, 80];

/** A time to mark on the drawing. */
export interface ChartMark extends TimeSpan {
  readonly text: string;
  /** Where it leads; null: nowhere else. */
  readonly path: string | null;
}

/**
 * How many were live over time: the fewest and the most in each step, with the band between them. Pointing at a step
 * shows its numbers.
 */
export function MinuteChart(props: {
  readonly points: readonly ChartPoint[];
  readonly label: string;
  readonly marks: readonly ChartMark[];
  /** What is above the drawing. */
  readonly children: ReactNode;
}) {
  const { points, label, marks, children } = props;
  const zone = useStore(timeZone);
  const [pointedAt, point] = useState<number | null>(null);
  const [first, second, last] = [points[0], points[1], points.at(-1)];
  if (first === undefined || second === undefined || last === undefined) return <div className="minute-chart" />;
  const stepMs = Date.parse(second.at) - Date.parse(first.at);
  const span = { fromMs: Date.parse(first.at), toMs: Date.parse(last.at) + stepMs };
  const max = Math.max(...points.map(({ most }) => most));
  const y = (value: number) => height - 1 - (value / Math.max(1, max)) * (height - 4);
  const most = stepPath(
    points.map((each) => y(each.most)),
    width,
  );
  const least = stepPath(
    points.map((each) => y(each.least)),
    width,
  );
  const back = stepPath(points.map((each) => y(each.least)).toReversed(), -width).replace('M', 'L');
  const lowest = points.reduce((low, each) => (each.least < low.least ? each : low));
  const move = ({ clientX, currentTarget }: PointerEvent) => {
    const { left, width: pixels } = currentTarget.getBoundingClientRect();
    point(Math.min(points.length - 1, Math.max(0, Math.floor(((clientX - left) / pixels) * points.length))));
  };
  const pointed = pointedAt === null ? undefined : points[pointedAt];
  const atLeast = t('live.chartLeast', { n: showNumber(lowest.least), time: showClock(lowest.at, false) });
  const words = `${t('endings.atMost', { n: showNumber(max) })}, ${atLeast}`;
  return (
    <figure className="minute-chart">
      <p className="quiet">{children}</p>
      <div className="plot" onPointerMove={move} onPointerLeave={() => point(null)}>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`${label}: ${words}`}>
          <path className="area" d={`${least}V${height}H0Z`} />
          <path className="band" d={`${most}${back}Z`} />
          <path className="least" d={least} vectorEffect="non-scaling-stroke" />
          <path className="line" d={most} vectorEffect="non-scaling-stroke" />
        </svg>
        <Marks marks={marks} span={span} />
        {pointedAt !== null && (
          <span className="pointer" style={{ left: `${((pointedAt + 0.5) / points.length) * 100}%` }} />
        )}
      </div>
      <AxisLabels labels={axisTimes(span).map(({ share, atMs }) => ({ share, text: showClock(atMs, false) }))} />
      <figcaption>
        {pointed === undefined
          ? words
          : t('live.chartAt', {
              time: `${showDate(pointed.at)} ${showClock(pointed.at, false)}`,
              least: showNumber(pointed.least),
              most: showNumber(pointed.most),
            })}
        {/* The top bar of a phone has no room for it. */}
        <span className="narrow-only"> · {zone}</span>
      </figcaption>
    </figure>
  );
}

function Marks({ marks, span }: { readonly marks: readonly ChartMark[]; readonly span: TimeSpan }) {
  const share = (ms: number) => Math.min(1, Math.max(0, (ms - span.fromMs) / (span.toMs - span.fromMs)));
  const percent = (of: number) => `${(of * 100).toFixed(2)}%`;
  return marks
    .filter(({ fromMs, toMs }) => toMs >= span.fromMs && fromMs < span.toMs)
    .map(({ fromMs, toMs, text, path }) => {
      const place = { left: percent(share(fromMs)), width: percent(share(toMs) - share(fromMs)) };
      if (path === null) return <span key={`${fromMs} ${text}`} className="chart-mark" style={place} title={text} />;
      return (
        <Link
          key={path}
          href={path}
          className="chart-mark"
          style={place}
          title={text}
          aria-label={t('incident.mark', { incident: text })}
        />
      );
    });
}
