import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** The link that stands for its row: `j`, `k` and `Enter` go by it, and a click anywhere on the row follows it. */
export function RowLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Link href={to} className="row-link" data-row="">
      {children}
    </Link>
  );
}
