/** The entries of a comma-separated setting, trimmed; empty ones are left out. */
export function splitList(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
