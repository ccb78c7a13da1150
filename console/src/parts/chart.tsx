import type { ReactNode } from 'react';
import { t } from '../translations/translate.ts';
import { Shape } from './marks.tsx';
import type { EndTone } from './tones.ts';

/** A text below a drawing, at a share of its width from 0 to 1. */
export interface AxisLabel {
  readonly share: number;
  readonly text: string;
}

/** Share of the width from an edge: labels nearer to it would be cut off. */
const edgeShare = 0.05;

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
