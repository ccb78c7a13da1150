import { Kind, visit, type GraphQLResolveInfo, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/** Whether an operation selects a field of this name anywhere beneath the present one, even if a directive may exclude it. */
export function selectsField({ fieldNodes, fragments }: GraphQLResolveInfo, name: string): boolean {
  const within = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return within(fragments[selection.name.value]?.selectionSet);
      return (selection.kind === Kind.FIELD && selection.name.value === name) || within(selection.selectionSet);
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => within(selectionSet));
}

const namesOf = new WeakMap<OperationDefinitionNode, ReadonlySet<string>>();

/** The names of all fields that an operation selects anywhere: made once for as long as its document is kept. */
export function fieldNamesOf({
  operation,
  fragments,
}: Pick<GraphQLResolveInfo, 'operation' | 'fragments'>): ReadonlySet<string> {
  const existing = namesOf.get(operation);
  if (existing !== undefined) return existing;
  const names = new Set<string>();
  for (const part of [operation, ...Object.values(fragments)]) {
    visit(part, { Field: ({ name }) => void names.add(name.value) });
  }
  namesOf.set(operation, names);
  return names;
}
