/** Which callback set a field, and what other callbacks say. */
export interface FieldExplanation<Field extends string, Offering> {
  readonly field: Field;
  readonly value: string | number | null;
  /** Null: no callback that counts has a value. */
  readonly setBy: Offering | null;
  /** Differing values of other callbacks, not taken, in the order of the callbacks. */
  readonly others: readonly { readonly value: string | number; readonly by: Offering }[];
}

/** The explanation of a field, as one entry; none if no callback has a value. `offer` is a callback's value. */
export function explainField<Field extends string, Offering>(
  { field, value, setBy }: Omit<FieldExplanation<Field, Offering>, 'others'>,
  offerings: readonly Offering[],
  offer: (offering: Offering) => string | number | null,
): FieldExplanation<Field, Offering>[] {
  const others = offerings.flatMap((one) => {
    const offered = offer(one);
    return offered === null || offered === value ? [] : [{ value: offered, by: one }];
  });
  return value === null && others.length === 0 ? [] : [{ field, value, setBy, others }];
}
