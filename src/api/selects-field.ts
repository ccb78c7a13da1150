import {
  Kind,
  visit,
  type FieldNode,
  type GraphQLResolveInfo,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

type Selected = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

/** Whether an operation selects a field of this name anywhere beneath the present one, even if a directive may exclude it. */
export function selectsField(info: Selected, name: string): boolean {
  return selects(info, (field, within) => field.name.value === name || within(field.selectionSet));
}

/** Whether it selects any of these fields of the present one's own object. */
export function selectsOwn(info: Selected, names: ReadonlySet<string>): boolean {
  return selects(info, (field) => names.has(field.name.value));
}

type Within = (set: SelectionSetNode | undefined) => boolean;

function selects(
  { fieldNodes, fragments }: Selected,
  isWanted: (field: FieldNode, within: Within) => boolean,
): boolean {
  const within: Within = (set) =>
    set?.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return isWanted(selection, within);
      return within(
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : fragments[selection.name.value]?.selectionSet,
      );
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => within(selectionSet));
}

const namesOf = new WeakMap<OperationDefinitionNode, ReadonlySet<string>>();

/** The names of all fields that an operation selects anywhere, collected once for as long as its document is kept. */
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
