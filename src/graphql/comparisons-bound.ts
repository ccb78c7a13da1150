import {
  Kind,
  OperationTypeNode,
  parse,
  visit,
  type DocumentNode,
  type FieldNode,
  type SelectionSetNode,
} from 'graphql';
import { LedgerError } from '../kernel/errors.ts';
import { assertUnconditional } from './subscription-conditions.ts';

/**
 * Pairs of fields of the same name that validation may compare (OverlappingFieldsCanBeMerged), for example of a field
 * that is selected 200 times. graphql-js gives up only after 500,000 steps, which block the main thread for up to 100
 * ms.
 */
export const comparisonsMax = 20_000;

/** Characters below which no document can need that many comparisons: the shortest field takes one, and a blank. */
const comparableLength = 400;

/**
 * Refuses a document that would take long to validate, or that would make validation fail, for callers that leave
 * parsing and validation to a library. Text that is not GraphQL passes: the library reports its errors.
 * @throws LedgerError - OPERATION_TOO_COSTLY, GRAPHQL_VALIDATION_FAILED
 */
export function assertTextComparable(text: string, maxTokens: number): void {
  if (text.length <= comparableLength && !text.includes(OperationTypeNode.SUBSCRIPTION)) return;
  let document;
  try {
    document = parse(text, { maxLexicalTokens: maxTokens, noLocation: true });
  } catch {
    return;
  }
  assertUnconditional(document);
  assertComparable(document);
}

/**
 * Refuses a document that would take long to validate, before it is validated.
 * @throws LedgerError - OPERATION_TOO_COSTLY
 */
export function assertComparable(document: DocumentNode): void {
  if (countComparisons(document) <= comparisonsMax) return;
  throw new LedgerError(
    'OPERATION_TOO_COSTLY',
    `The document repeats fields so often that validation would compare more than ${comparisonsMax} pairs of them. Select each field once, or give each its own alias.`,
  );
}

/** Comparisons for all selection sets of a document, fragments included. Counting stops soon after the bound is exceeded. */
function countComparisons(document: DocumentNode): number {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition.selectionSet);
  }
  let count = 0;
  const compare = (sets: readonly SelectionSetNode[]): void => {
    for (const fields of fieldsByName(sets, fragments).values()) {
      count += (fields.length * (fields.length - 1)) / 2;
      if (count > comparisonsMax) return;
      // The selections of a single field are compared when they are visited themselves.
      if (fields.length > 1) compare(fields.flatMap(({ selectionSet }) => selectionSet ?? []));
    }
  };
  visit(document, {
    SelectionSet(set) {
      if (count <= comparisonsMax) compare([set]);
    },
  });
  return count;
}

/** Fields by their name in the answer, those of fragments included. */
function fieldsByName(
  sets: readonly SelectionSetNode[],
  fragments: ReadonlyMap<string, SelectionSetNode>,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const left = [...sets];
  for (let set = left.pop(); set !== undefined; set = left.pop()) {
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
