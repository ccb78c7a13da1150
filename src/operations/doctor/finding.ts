/** The result of one check. */
export interface Finding {
  /** What was checked, in a few words: `disk`, `keys and tokens`. */
  readonly check: string;
  /** What was found, without secrets. */
  readonly found: string;
  /** What the operator should do; null if it is fine. */
  readonly whatToDo: string | null;
}

/** A finding that is fine. */
export function fine(check: string, found: string): Finding {
  return { check, found, whatToDo: null };
}

/** A finding that needs action. */
export function toDo(check: string, found: string, whatToDo: string): Finding {
  return { check, found, whatToDo };
}
