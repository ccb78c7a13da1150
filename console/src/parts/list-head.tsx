import type { ComponentProps } from 'react';
import { AsCsv } from './as-csv.tsx';

/** The heading of a list, with a way to save the whole list. */
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
