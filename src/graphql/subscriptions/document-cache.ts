import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { withCode } from './error-results.ts';

/** Documents that are kept. Clients of one program all send the same few. */
const documentsMax = 200;

/** Characters of a document that is kept. */
const keptLengthMax = 8_192;

export interface DocumentCache {
  /** @throws GraphQLError - GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED */
  read(text: string): DocumentNode;
}

/**
 * Parses and validates each document once: a thousand subscribers with the same one share it. A tree of it for each would be
 * most of what a subscriber costs.
 */
export function createDocumentCache(schema: GraphQLSchema, tokensMax: number): DocumentCache {
  const known = new Map<string, DocumentNode>();
  return {
    read(text) {
      const found = known.get(text);
      if (found !== undefined) return found;
      const document = parseDocument(text, tokensMax);
      const [invalid] = withCode(validate(schema, document), 'GRAPHQL_VALIDATION_FAILED');
      if (invalid !== undefined) throw invalid;
      if (text.length > keptLengthMax) return document;
      const [oldest] = known.keys();
      if (known.size >= documentsMax && oldest !== undefined) known.delete(oldest);
      known.set(text, document);
      return document;
    },
  };
}

function parseDocument(text: string, maxTokens: number): DocumentNode {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) throw withCode([error], 'GRAPHQL_PARSE_FAILED')[0] ?? error;
    throw error;
  }
}
