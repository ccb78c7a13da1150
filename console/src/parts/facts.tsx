import type { ReactNode } from 'react';

export type Fact = readonly [name: ReactNode, value: ReactNode] | null;

/** Facts in two columns, without those that are null. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts
        .filter((fact) => fact !== null)
        .map(([name, value], index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
