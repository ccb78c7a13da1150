import { isIntrospectionType } from 'graphql';
import type { ComplexityEstimator, ComplexityEstimatorArgs } from 'graphql-query-complexity';

/**
 * Entries that the lists of introspection are counted with: at least the average of this schema (a test compares them), and
 * so at least the number of all for whoever asks for the whole schema.
 */
export const introspectionEntries: Readonly<Record<string, number>> = {
  '__Schema.types': 200,
  '__Schema.directives': 8,
  '__Type.fields': 4,
  '__Type.inputFields': 2,
  '__Type.enumValues': 2,
  '__Type.interfaces': 1,
  '__Type.possibleTypes': 1,
  '__Field.args': 1,
  '__Directive.args': 1,
};

/**
 * Values of introspection that cost as much as one node. They are not free, as those of a row are: a document of 7 KB can
 * ask for each description of the schema 400 times. At 1 / 20 the introspection query of GraphiQL and of codegen costs
 * about 7,000 of the 10,000 nodes that an operation may touch.
 */
export const valuesPerNode = 20;

/** The cost of a field of introspection; undefined for any other. */
export const introspectionEstimator: ComplexityEstimator = ({
  type,
  field,
  childComplexity,
}: ComplexityEstimatorArgs) => {
  if (!isIntrospectionType(type)) return undefined;
  const entries = introspectionEntries[`${type.name}.${field.name}`];
  const own = 1 / valuesPerNode;
  return own + (entries === undefined ? childComplexity : entries * (1 + childComplexity));
};
