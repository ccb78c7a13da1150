/** Which callback set a field, and what others say of it. */
export interface FieldExplanation<Field extends string, Offering> {
  readonly field: Field;
  readonly value: string | number | null;
  /** Null: none of those that count says anything of it. */
  readonly setBy: Offering | null;
  /** What others say that differs, and was not taken, in the order of the callbacks. */
  readonly others: readonly { readonly value: string | number; readonly by: Offering }[];
}

/** The explanation of a field, as one entry; none where no callback says anything of it. `offer` is what a callback says. */
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
