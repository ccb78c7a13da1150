/** Objects and lists inside each other in the variables; the deepest filter that is taken needs fewer than 20. */
export const variablesDepthMax = 32;

/** Whether something is deeper than is taken. Looks level by level, without calling itself: that is what depth breaks. */
export function isTooDeep(variables: Readonly<Record<string, unknown>>): boolean {
  let level: readonly unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > variablesDepthMax) return true;
    level = level.flatMap((value): readonly unknown[] => Object.values(value as object).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
