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
