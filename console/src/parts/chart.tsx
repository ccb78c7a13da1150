import type { ReactNode } from 'react';
import { showClock, showDate, showNumber } from '../format/shown.ts';
import { t } from '../translations/translate.ts';
import { Shape } from './marks.tsx';
import type { EndTone } from './tones.ts';

interface Point {
  readonly at: string;
  readonly value: number;
}

/** Width of the drawing in units; it is stretched to the available width. */
const width = 480;
const height = 64;

/** A step line over time: points are equally spaced, and each value lasts until the next point. */
export function StepChart({ points, label }: { readonly points: readonly Point[]; readonly label: string }) {
  const [first, second, last] = [points[0], points[1], points.at(-1)];
  if (first === undefined || second === undefined || last === undefined) return null;
  const max = Math.max(1, ...points.map(({ value }) => value));
  const fromMs = Date.parse(first.at);
  // The last step is as long as the others, and ends the chart.
  const toMs = Date.parse(last.at) + Date.parse(second.at) - fromMs;
  const x = (at: string) => (((Date.parse(at) - fromMs) / (toMs - fromMs)) * width).toFixed(1);
  const y = (value: number) => (height - 1 - (value / max) * (height - 4)).toFixed(1);
  const line = points
    .map(({ at, value }, index) => `${index === 0 ? 'M' : `H${x(at)}V`}${index === 0 ? `0 ${y(value)}` : y(value)}`)
    .join('')
    .concat(`H${width}`);
  return (
    <figure className="step-chart">
      <p className="quiet">{label}</p>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <path className="area" d={`${line}V${height}H0Z`} />
        <path className="line" d={line} vectorEffect="non-scaling-stroke" />
      </svg>
      <figcaption>
        <span>
          {showDate(first.at)} {showClock(first.at, false)}
        </span>
        <span>{t('endings.atMost', { n: showNumber(max) })}</span>
        <span>{showClock(toMs, false)}</span>
      </figcaption>
    </figure>
  );
}

/** A text below a drawing, at a share of its width from 0 to 1. */
export interface AxisLabel {
  readonly share: number;
  readonly text: string;
}

/** Share of the width from an edge: labels nearer to it would be cut off. */
const edgeShare = 0.03;

/** Times below a drawing. Screen readers get the same from a table. */
export function AxisLabels({ labels }: { readonly labels: readonly AxisLabel[] }) {
  return (
    <div className="axis-labels" aria-hidden="true">
      {labels
        .filter(({ share }) => share >= edgeShare && share <= 1 - edgeShare)
        .map(({ share, text }) => (
          <span key={share} style={{ left: `${(share * 100).toFixed(2)}%` }}>
            {text}
          </span>
        ))}
    </div>
  );
}

/** What the colours of a drawing mean. Anything specific to the drawing comes first. */
export function Legend(props: { readonly tones: readonly EndTone[]; readonly children?: ReactNode }) {
  return (
    <p className="legend">
      {props.children}
      {props.tones.map((tone) => (
        <span key={tone} className="mark">
          <Shape tone={tone} />
          {t(`endings.tones.${tone}`)}
        </span>
      ))}
    </p>
  );
}
