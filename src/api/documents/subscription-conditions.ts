import { Kind, OperationTypeNode, type DocumentNode, type SelectionSetNode } from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';

/**
 * Refuses a subscription whose field may be left out, before it is validated. graphql-js fails to validate one if that
 * depends on a variable, and fails to begin one that has no field left. Later versions of the specification forbid such
 * conditions.
 * @throws LedgerError - GRAPHQL_VALIDATION_FAILED
 */
export function assertUnconditional({ definitions }: DocumentNode): void {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition.selectionSet);
  }
  const looked = new Set<SelectionSetNode>();
  const isConditional = (set: SelectionSetNode | undefined): boolean => {
    if (set === undefined || looked.has(set)) return false;
    looked.add(set);
    return set.selections.some((selection) => {
      if (selection.directives?.some(({ name: { value } }) => value === 'skip' || value === 'include')) return true;
      if (selection.kind === Kind.FIELD) return false;
      return isConditional(
        selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value),
      );
    });
  };
  for (const definition of definitions) {
    const isSubscription =
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.SUBSCRIPTION;
    if (!isSubscription || !isConditional(definition.selectionSet)) continue;
    throw new LedgerError(
      'GRAPHQL_VALIDATION_FAILED',
      'A subscription may have no @skip or @include at its own field, nor at a fragment with it.',
    );
  }
}
