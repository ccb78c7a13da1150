/** One text for two, by which rows that are held in memory are found: equal only where both are. */
export function cacheKey(one: string | number, other: string): string {
  const first = String(one);
  return `${first.length}:${first}${other}`;
}

/** What is held of a row in the place of what stands in the file, until it does: the event that it began with. */
export interface NotStored {
  readonly firstPosition: bigint;
}
