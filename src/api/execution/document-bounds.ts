import {
  Kind,
  OperationTypeNode,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type SelectionSetNode,
} from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';

/** Operations of a document: a tab of GraphiQL has a few. Validation goes through all their fragments for each of them. */
export const operationsMax = 50;

/** Fragment definitions of a document: a page of a hundred components has one for each. */
export const fragmentsMax = 100;

/** Fragment spreads of a document: two of each fragment. Validation compares all fragments of a selection in pairs. */
export const spreadsMax = 200;

/** Aliases of a document: enough for 100 objects, each by its key; `nodes` takes more. Each may repeat a value, and so make an answer longer. */
export const aliasesMax = 100;

/** Directives of a document: clients put one on a part of a page that they may leave out. */
export const directivesMax = 100;

/**
 * Levels of fields in fields, those of fragments included. The introspection query of graphql-js has 15, and the deepest of
 * the console 6.
 */
export const depthMax = 32;

/** What is counted of a document, by how a message names it. */
interface Counts {
  operations: number;
  'fragment definitions': number;
  'fragment spreads': number;
  aliases: number;
  directives: number;
  'levels of fields in fields': number;
}

const bounds: Readonly<Counts> = {
  operations: operationsMax,
  'fragment definitions': fragmentsMax,
  'fragment spreads': spreadsMax,
  aliases: aliasesMax,
  directives: directivesMax,
  'levels of fields in fields': depthMax,
};

/**
 * Refuses a document that has too much of anything that makes validation or the answer long.
 * @throws LedgerError - OPERATION_TOO_COSTLY
 */
export function assertBounded(document: DocumentNode): void {
  const counts = countsOf(document);
  for (const what of Object.keys(bounds) as (keyof Counts)[]) {
    if (counts[what] <= bounds[what]) continue;
    throw new LedgerError(
      'OPERATION_TOO_COSTLY',
      `The document has ${counts[what]} ${what}; at most ${bounds[what]} are allowed. Send it in several parts, or ask for less.`,
    );
  }
}

/** The fields of a fragment, or of an operation, with the fragments that they spread. */
interface Levels {
  own: number;
  /** Levels above each spread. */
  readonly above: Map<string, number>;
}

/** Goes through each node once. The parser has bounded the tokens, and so how deep this recurses. */
function countsOf({ definitions }: DocumentNode): Counts {
  const counts: Counts = {
    operations: 0,
    'fragment definitions': 0,
    'fragment spreads': 0,
    aliases: 0,
    directives: 0,
    'levels of fields in fields': 0,
  };
  const fragments = new Map<string, Levels>();
  const operations: Levels[] = [];
  const countDirectives = ({ directives }: { readonly directives?: readonly DirectiveNode[] | undefined }) => {
    counts.directives += directives?.length ?? 0;
  };
  const count = (set: SelectionSetNode, level: number, levels: Levels): void => {
    levels.own = Math.max(levels.own, level);
    for (const selection of set.selections) {
      countDirectives(selection);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        counts['fragment spreads'] += 1;
        const name = selection.name.value;
        levels.above.set(name, Math.max(levels.above.get(name) ?? 0, level - 1));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        count(selection.selectionSet, level, levels);
      } else {
        if (selection.alias !== undefined) counts.aliases += 1;
        if (selection.selectionSet !== undefined) count(selection.selectionSet, level + 1, levels);
      }
    }
  };
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const levels: Levels = { own: 0, above: new Map() };
    countDirectives(definition);
    count(definition.selectionSet, 1, levels);
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      counts['fragment definitions'] += 1;
      fragments.set(definition.name.value, levels);
    } else {
      counts.operations += 1;
      operations.push(levels);
      for (const variable of definition.variableDefinitions ?? []) countDirectives(variable);
    }
  }
  counts['levels of fields in fields'] = deepestOf(operations, fragments);
  return counts;
}

/** Levels of the deepest operation. A fragment that spreads itself is left to validation. */
function deepestOf(operations: readonly Levels[], fragments: ReadonlyMap<string, Levels>): number {
  const known = new Map<Levels, number>();
  const depthOf = (levels: Levels): number => {
    const before = known.get(levels);
    if (before !== undefined) return before;
    let depth = levels.own;
    known.set(levels, depth);
    for (const [name, above] of levels.above) {
      const fragment = fragments.get(name);
      if (fragment !== undefined) depth = Math.max(depth, above + depthOf(fragment));
    }
    known.set(levels, depth);
    return depth;
  };
  return Math.max(0, ...operations.map(depthOf));
}

/** What is selected by each fragment, by its name. */
function fragmentsOf(definitions: DocumentNode['definitions']): ReadonlyMap<string, SelectionSetNode> {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map(({ name, selectionSet }) => [name.value, selectionSet]));
}

/**
 * Refuses a subscription whose field may be left out, before it is validated. graphql-js fails to validate one if that
 * depends on a variable, and fails to begin one that has no field left. Later versions of the specification forbid such
 * conditions.
 * @throws LedgerError - GRAPHQL_VALIDATION_FAILED
 */
export function assertUnconditional({ definitions }: DocumentNode): void {
  const fragments = fragmentsOf(definitions);
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
  const fragments = fragmentsOf(document.definitions);
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
