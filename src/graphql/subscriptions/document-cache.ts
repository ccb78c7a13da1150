import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { assertComparable } from '../comparisons-bound.ts';
import { withCode } from '../errors.ts';
import { assertUnconditional } from '../subscription-conditions.ts';

/** Documents in the cache. The clients of one program all send the same few. */
const documentsMax = 200;

/** Characters of a cached document. */
const cachedLengthMax = 8_192;

export interface DocumentCache {
  /** @throws GraphQLError - GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED; LedgerError - OPERATION_TOO_COSTLY */
  read(text: string): DocumentNode;
}

/** Parses and validates each document once for all subscribers: its tree would be most of the memory of each. */
export function createDocumentCache(schema: GraphQLSchema, tokensMax: number): DocumentCache {
  const cached = new Map<string, DocumentNode>();
  return {
    read(text) {
      const existing = cached.get(text);
      if (existing !== undefined) return existing;
      const document = parseDocument(text, tokensMax);
      assertUnconditional(document);
      assertComparable(document);
      const [invalid] = withCode(validate(schema, document), 'GRAPHQL_VALIDATION_FAILED');
      if (invalid !== undefined) throw invalid;
      if (text.length > cachedLengthMax) return document;
      const [oldest] = cached.keys();
      if (cached.size >= documentsMax && oldest !== undefined) cached.delete(oldest);
      cached.set(text, document);
      return document;
    },
  };
}

function parseDocument(text: string, maxTokens: number): DocumentNode {
  try {
    return parse(text, { maxLexicalTokens: maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) throw withCode([error], 'GRAPHQL_PARSE_FAILED')[0] ?? error;
    throw error;
  }
}
