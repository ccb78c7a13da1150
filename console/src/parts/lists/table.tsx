import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Order } from '../../api/use-param.ts';

export interface Column<Field extends string> {
  readonly name: string;
  /** Numbers and times are aligned, times by their clocks; words may wrap; wide-only columns are left out on a phone. */
  readonly kind?: 'number' | 'time' | 'words' | 'wide-only' | 'wide-only time' | 'wide-only number' | undefined;
  /** The order of the list by this column; undefined if the API has no such order. */
  readonly by?: Field;
}

/** The frame of a table: its head, and a body that scrolls sideways if necessary. */
export function Table<Field extends string>(props: {
  /** The name of the table for screen readers. */
  readonly label: string;
  readonly columns: readonly (Column<Field> | null)[];
  /** The order of the list, if it is selectable. */
  readonly order?: Order<Field> | undefined;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const { label, columns, order, className, children } = props;
  return (
    // No region: it is within one, often of the same name.
    <div className="table-scroll" tabIndex={0} role="group" aria-label={label}>
      <table className={className}>
        <thead>
          <tr>
            {columns
              .filter((column) => column !== null)
              .map(({ name, kind, by }) => (
                <Head key={name} className={kind} order={order} by={by}>
                  {name}
                </Head>
              ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

const sorts = { ASC: 'ascending', DESC: 'descending' } as const;

/** The head of a column: a button if the list can be ordered by it. */
export function Head<Field extends string>(props: {
  readonly className: string | undefined;
  readonly order: Order<Field> | undefined;
  readonly by: Field | undefined;
  readonly children: ReactNode;
}) {
  const { className, order, by, children } = props;
  if (order === undefined || by === undefined) {
    return (
      <th scope="col" className={className}>
        {children}
      </th>
    );
  }
  const { field, direction } = order.by;
  return (
    <th scope="col" className={className} aria-sort={field === by ? sorts[direction] : undefined}>
      <button type="button" className="sort" onClick={() => order.press(by)}>
        {children}
      </button>
    </th>
  );
}

/** The link of a row: `j`, `k` and `Enter` use it, and a click anywhere on the row follows it. */
export function RowLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Link href={to} className="row-link" data-row="">
      {children}
    </Link>
  );
}
