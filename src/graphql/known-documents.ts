import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { assertComparable } from './comparisons-bound.ts';
import { withCode } from './errors.ts';
import { assertUnconditional } from './subscription-conditions.ts';

/** Known documents, and characters of the text of one. The clients of one program all send the same few. */
const bounds = { documentsMax: 200, textLengthMax: 8_192 };

/** Parsed and validated documents by their text. */
export interface KnownDocuments {
  find(text: string): DocumentNode | undefined;
  /** Does nothing for a text that is too long. */
  note(text: string, document: DocumentNode): void;
}

/** Starts empty; beyond its bounds it forgets the oldest document. */
export function createKnownDocuments(): KnownDocuments {
  const known = new Map<string, DocumentNode>();
  return {
    find: (text) => known.get(text),
    note(text, document) {
      if (text.length > bounds.textLengthMax || known.has(text)) return;
      const [oldest] = known.keys();
      if (known.size >= bounds.documentsMax && oldest !== undefined) known.delete(oldest);
      known.set(text, document);
    },
  };
}

/** @throws GraphQLError - GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED; LedgerError - OPERATION_TOO_COSTLY */
export type ReadDocument = (text: string) => DocumentNode;

/** Parses and validates each document once for all subscribers: its tree would be most of each one's memory. */
export function createDocumentReader(schema: GraphQLSchema, tokensMax: number): ReadDocument {
  const known = createKnownDocuments();
  return (text) => {
    const existing = known.find(text);
    if (existing !== undefined) return existing;
    const document = parseDocument(text, tokensMax);
    assertUnconditional(document);
    assertComparable(document);
    const [invalid] = withCode(validate(schema, document), 'GRAPHQL_VALIDATION_FAILED');
    if (invalid !== undefined) throw invalid;
    known.note(text, document);
    return document;
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
