/** A text below a drawing, at a share of its width from 0 to 1. */
export interface AxisLabel {
  readonly share: number;
  readonly text: string;
}

/** Of the width: labels nearer to an edge would be cut off. */
const edge = 0.03;

/** What a drawing shows where: times below it. Whoever hears the page has the same in a table. */
export function AxisLabels({ labels }: { readonly labels: readonly AxisLabel[] }) {
  return (
    <div className="axis-labels" aria-hidden="true">
      {labels
        .filter(({ share }) => share >= edge && share <= 1 - edge)
        .map(({ share, text }) => (
          <span key={share} style={{ left: `${(share * 100).toFixed(2)}%` }}>
            {text}
          </span>
        ))}
    </div>
  );
}
