/** The four kinds of page of a list: name, direction, and whether it begins at a cursor. */
export const windows = [
  ['the first page', 'forwards', false],
  ['a later page', 'forwards', true],
  ['the last page', 'backwards', false],
  ['an earlier page', 'backwards', true],
] as const;

export type Window = (typeof windows)[number];
