/** One thing that the doctor has looked at. */
export interface Finding {
  /** What was looked at, in a word or two: `disk`, `keys and tokens`. */
  readonly check: string;
  /** What was found, without secrets. */
  readonly found: string;
  /** What the operator should do; null: it is fine. */
  readonly whatToDo: string | null;
}

/** A finding that is fine. */
export function fine(check: string, found: string): Finding {
  return { check, found, whatToDo: null };
}

/** A finding that needs somebody. */
export function toDo(check: string, found: string, whatToDo: string): Finding {
  return { check, found, whatToDo };
}
