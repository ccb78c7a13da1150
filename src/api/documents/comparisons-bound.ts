import { Kind, visit, type DocumentNode, type FieldNode, type SelectionSetNode } from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';

/**
 * Pairs of fields of the same name that validation may compare (OverlappingFieldsCanBeMerged), for example of a field
 * that is selected 110 times. A page of 60 components that all ask for the same three fields has 5,310. graphql-js gives
 * up only after 500,000 steps, which take up to 100 ms.
 */
export const comparisonsMax = 6_000;

/**
 * Selections of all selection sets of a document, each with those of the fragments that it spreads: both counting and
 * validating go through these. A page of 60 components has a few hundred.
 */
export const selectionsMax = 20_000;

/**
 * Refuses a document that would take long to validate, before it is validated.
 * @throws LedgerError - OPERATION_TOO_COSTLY
 */
export function assertComparable(document: DocumentNode): void {
  const { comparisons, selections } = countWork(document);
  if (comparisons > comparisonsMax) {
    throw new LedgerError(
      'OPERATION_TOO_COSTLY',
      `The document repeats fields so often that validation would compare more than ${comparisonsMax} pairs of them. Select each field once, or give each its own alias.`,
    );
  }
  if (selections > selectionsMax) {
    throw new LedgerError(
      'OPERATION_TOO_COSTLY',
      `The document spreads fragments in so many places that validation would go through more than ${selectionsMax} selections. Spread each fragment where it is needed only.`,
    );
  }
}

interface Work {
  comparisons: number;
  selections: number;
}

/** Work for all selection sets of a document, fragments included. Counting stops soon after a bound is exceeded. */
function countWork(document: DocumentNode): Work {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition.selectionSet);
  }
  const work: Work = { comparisons: 0, selections: 0 };
  const isOver = () => work.comparisons > comparisonsMax || work.selections > selectionsMax;
  const compare = (sets: readonly SelectionSetNode[]): void => {
    for (const fields of fieldsByName(sets, fragments, work).values()) {
      work.comparisons += (fields.length * (fields.length - 1)) / 2;
      if (isOver()) return;
      // The selections of a single field are compared when they are visited themselves.
      if (fields.length > 1) compare(fields.flatMap(({ selectionSet }) => selectionSet ?? []));
    }
  };
  visit(document, {
    SelectionSet(set) {
      if (!isOver()) compare([set]);
    },
  });
  return work;
}

/** Fields by their name in the answer, those of fragments included. */
function fieldsByName(
  sets: readonly SelectionSetNode[],
  fragments: ReadonlyMap<string, SelectionSetNode>,
  work: Work,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const left = [...sets];
  for (let set = left.pop(); set !== undefined; set = left.pop()) {
    work.selections += set.selections.length;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const same = fields.get(name);
        if (same === undefined) fields.set(name, [selection]);
        else same.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        left.push(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        left.push(fragments.get(selection.name.value) ?? { kind: Kind.SELECTION_SET, selections: [] });
      }
    }
  }
  return fields;
}
