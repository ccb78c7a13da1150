import { createHash } from 'node:crypto';
import {
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { formatGraphqlError, toGraphqlError, withCode } from '../errors.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { assertBounded, assertComparable, assertUnconditional } from './document-bounds.ts';

/** Good texts that are remembered, and characters of all of them. The clients of one program all send the same few. */
const goodBounds = { textsMax: 200, charactersMax: 1024 * 1024 };

/** Bad texts that are remembered, by their digests and errors: a program that is wrong, or an attacker, sends the same again. */
const badTextsMax = 500;

/** Errors that are reported of a document: enough to correct a few at a time. Each looks for similar names in the schema. */
export const documentErrorsMax = 10;

/** Characters of such an error, which may repeat a name of the document, however long. */
const messageLengthMax = 300;

/** A document that may be executed, or why not: errors of the closed list, without the id of a request. */
export type ReadDocument =
  | { readonly document: DocumentNode; readonly errors: null }
  | { readonly document: null; readonly errors: readonly GraphQLFormattedError[] };

/** Where every way into GraphQL reads documents: each text is parsed, bounded and validated once while it is remembered. */
export interface Documents {
  /** Errors have GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED or OPERATION_TOO_COSTLY. */
  read(text: string): ReadDocument;
  /** The document of a text that was read before, and is good. */
  find(text: string): DocumentNode | undefined;
  /** By the SHA-256 of a text, in hexadecimal digits. For a bad text a document that reads nothing, so that nobody parses it again. */
  readonly findByDigest: (digest: string) => DocumentNode | undefined;
}

/** @param tokensMax - tokens that the parser reads of a text */
export function createDocuments(schema: GraphQLSchema, tokensMax: number): Documents {
  const good = new Map<string, { readonly document: DocumentNode; readonly digest: string }>();
  const goodByDigest = new Map<string, DocumentNode>();
  const badByDigest = new Map<string, readonly GraphQLFormattedError[]>();
  let characters = 0;

  const keepGood = (text: string, digest: string, document: DocumentNode) => {
    good.set(text, { document, digest });
    goodByDigest.set(digest, document);
    characters += text.length;
    for (const [oldest, kept] of good) {
      if (good.size <= goodBounds.textsMax && characters <= goodBounds.charactersMax) return;
      good.delete(oldest);
      goodByDigest.delete(kept.digest);
      characters -= oldest.length;
    }
  };
  const keepBad = (digest: string, errors: readonly GraphQLFormattedError[]) => {
    badByDigest.set(digest, errors);
    const [oldest] = badByDigest.keys();
    if (badByDigest.size > badTextsMax && oldest !== undefined) badByDigest.delete(oldest);
  };

  return {
    read(text) {
      const known = good.get(text);
      if (known !== undefined) return { document: known.document, errors: null };
      const digest = createHash('sha256').update(text).digest('hex');
      const before = badByDigest.get(digest);
      if (before !== undefined) {
        // The newest again: what is sent all the time is remembered longest.
        badByDigest.delete(digest);
        badByDigest.set(digest, before);
        return { document: null, errors: before };
      }
      const read = readNew(schema, text, tokensMax);
      if (read.document === null) keepBad(digest, read.errors);
      else keepGood(text, digest, read.document);
      return read;
    },
    find: (text) => good.get(text)?.document,
    findByDigest: (digest) => goodByDigest.get(digest) ?? (badByDigest.has(digest) ? nothing : undefined),
  };
}

/** Given for a bad document, whose errors are answered instead. */
const nothing: DocumentNode = parse('{ __typename }', { noLocation: true });

function readNew(schema: GraphQLSchema, text: string, tokensMax: number): ReadDocument {
  try {
    const document = parse(text, { maxLexicalTokens: tokensMax });
    assertBounded(document);
    assertUnconditional(document);
    assertComparable(document);
    const invalid = validate(schema, document, undefined, { maxErrors: documentErrorsMax });
    if (invalid.length === 0) return { document, errors: null };
    return { document: null, errors: formatted(withCode(invalid, 'GRAPHQL_VALIDATION_FAILED')) };
  } catch (error) {
    // The parser calls itself for each level, and its stack has an end.
    const refused = error instanceof RangeError ? tooDeep : error;
    if (refused instanceof LedgerError) return { document: null, errors: formatted([toGraphqlError(refused)]) };
    if (!(error instanceof GraphQLError)) throw error;
    return { document: null, errors: formatted(withCode([error], 'GRAPHQL_PARSE_FAILED')) };
  }
}

const tooDeep = new LedgerError('GRAPHQL_PARSE_FAILED', 'The document nests too deeply to be read. Use fewer levels.');

/** Plain objects: an error of graphql-js keeps the text and its whole tree. */
function formatted(errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] {
  return errors.map((error) => {
    const { message, ...rest } = formatGraphqlError(error.toJSON(), error);
    const isLong = message.length > messageLengthMax;
    return { message: isLong ? `${message.slice(0, messageLengthMax)}…` : message, ...rest };
  });
}
