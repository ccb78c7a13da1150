import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** The link of a row: `j`, `k` and `Enter` use it, and a click anywhere on the row follows it. */
export function RowLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Link href={to} className="row-link" data-row="">
      {children}
    </Link>
  );
}
