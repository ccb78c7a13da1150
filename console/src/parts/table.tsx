import type { ReactNode } from 'react';

export interface Column {
  readonly name: string;
  /** Numbers are aligned, so are times, by their clocks; words may break; wide-only ones are left out on a phone. */
  readonly kind?: 'number' | 'time' | 'words' | 'wide-only' | 'wide-only time' | undefined;
}

/** The frame of a table: its head, and a body that scrolls sideways where it has to. */
export function Table(props: {
  /** What a screen reader says of it. */
  readonly label: string;
  readonly columns: readonly (Column | null)[];
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const { label, columns, className, children } = props;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table className={className}>
        <thead>
          <tr>
            {columns
              .filter((column) => column !== null)
              .map(({ name, kind }) => (
                <th key={name} scope="col" className={kind}>
                  {name}
                </th>
              ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
