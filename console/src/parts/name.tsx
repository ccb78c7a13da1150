/** A name that others chose: in its own direction, cut if it is long, whole for the pointer and for screen readers. */
export function Name({ children }: { readonly children: string | null | undefined }) {
  if (children == null || children === '') return null;
  return (
    <bdi className="name" title={children}>
      {children}
    </bdi>
  );
}

/** Where a stream is pushed to; null for what is unknown. */
export function Target({ domain, path }: { readonly domain: string | null; readonly path: string | null }) {
  return <Name>{`${domain ?? ''}/${path ?? ''}`}</Name>;
}
