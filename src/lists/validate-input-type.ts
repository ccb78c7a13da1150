import { validateSync } from 'class-validator';
import { ArgumentValidationError } from 'type-graphql';

const options = { skipMissingProperties: true, forbidUnknownValues: false };

/**
 * For arguments without rules: class-validator is not called for each session or task requested, and the method gets the
 * arguments as plain objects.
 */
export const withoutRules = { validateFn: () => undefined } as const;

/**
 * Checks the arguments of a field against the rules of class-validator, as type-graphql does. But type-graphql imports
 * the library anew, and waits for a promise of each rule, with each list that is asked for.
 * @throws ArgumentValidationError
 */
export function validateInput(value: unknown): void {
  for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
    const errors = typeof one === 'object' && one !== null ? validateSync(one, options) : [];
    if (errors.length > 0) throw new ArgumentValidationError(errors);
  }
}
