import type { ComponentProps } from 'react';
import { AsCsv } from './as-csv.tsx';

/** The heading of a list, and beside it how to save all of it. */
export function ListHead({
  title,
  id,
  ...saved
}: ComponentProps<typeof AsCsv> & { readonly title: string; readonly id?: string }) {
  return (
    <div className="list-head">
      <h2 id={id}>{title}</h2>
      <AsCsv {...saved} />
    </div>
  );
}
