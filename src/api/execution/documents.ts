import { hash } from 'node:crypto';
import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  ValuesOfCorrectTypeRule,
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { formatGraphqlError, toGraphqlError, withCode } from '../errors.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { assertBounded, assertComparable, assertUnconditional } from './document-bounds.ts';

/** Good texts that are remembered, and characters of all of them. The clients of one program all send the same few. */
const goodBounds = { textsMax: 200, charactersMax: 1024 * 1024 };

/** Bad texts that are remembered, by their digests and errors: a program that is wrong, or an attacker, sends the same again. */
const badTextsMax = 500;

/** Errors that are reported of a document: enough to correct a few at a time. Each looks for similar names in the schema. */
export const documentErrorsMax = 5;

/** Characters of such an error, which may repeat a name of the document, however long. */
const messageLengthMax = 300;

/** A document that may be executed, or why not: errors of the closed list, without the id of a request. */
type ReadDocument =
  | { readonly document: DocumentNode; readonly errors: null }
  | { readonly document: null; readonly errors: readonly GraphQLFormattedError[] };

/** Where every way into GraphQL reads documents: each text is parsed, bounded and validated once while it is remembered. */
export class Documents {
  private readonly good = new Map<string, { readonly document: DocumentNode; readonly digest: string }>();
  private readonly goodByDigest = new Map<string, DocumentNode>();
  private readonly badByDigest = new Map<string, readonly GraphQLFormattedError[]>();
  private characters = 0;

  /** `tokensMax`: tokens that the parser reads of a text. */
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly tokensMax: number,
  ) {}

  /** Errors have GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED, BAD_USER_INPUT or OPERATION_TOO_COSTLY. */
  read(text: string): ReadDocument {
    const known = this.find(text);
    if (known !== undefined) return { document: known, errors: null };
    const digest = hash('sha256', text);
    const before = this.badByDigest.get(digest);
    if (before !== undefined) {
      // The newest again: what is sent all the time is remembered longest.
      this.badByDigest.delete(digest);
      this.badByDigest.set(digest, before);
      return { document: null, errors: before };
    }
    const read = readNew(this.schema, text, this.tokensMax);
    if (read.document === null) this.keepBad(digest, read.errors);
    else this.keepGood(text, digest, read.document);
    return read;
  }

  /** The document of a text that was read before, and is good. */
  find(text: string): DocumentNode | undefined {
    return this.good.get(text)?.document;
  }

  /** By the SHA-256 of a text, in hexadecimal digits. For a bad text a document that reads nothing, so that nobody parses it again. */
  findByDigest(digest: string): DocumentNode | undefined {
    return this.goodByDigest.get(digest) ?? (this.badByDigest.has(digest) ? nothing : undefined);
  }

  private keepGood(text: string, digest: string, document: DocumentNode): void {
    this.good.set(text, { document, digest });
    this.goodByDigest.set(digest, document);
    this.characters += text.length;
    for (const [oldest, kept] of this.good) {
      if (this.good.size <= goodBounds.textsMax && this.characters <= goodBounds.charactersMax) return;
      this.good.delete(oldest);
      this.goodByDigest.delete(kept.digest);
      this.characters -= oldest.length;
    }
  }

  private keepBad(digest: string, errors: readonly GraphQLFormattedError[]): void {
    this.badByDigest.set(digest, errors);
    const [oldest] = this.badByDigest.keys();
    if (this.badByDigest.size > badTextsMax && oldest !== undefined) this.badByDigest.delete(oldest);
  }
}

/** Given for a bad document, whose errors are answered instead. */
const nothing: DocumentNode = parse('{ __typename }', { noLocation: true });

/** The rules of GraphQL. A value that its type refuses has the same code in the document as in a variable. */
const rules = specifiedRules.map((rule): ValidationRule => (rule === ValuesOfCorrectTypeRule ? refuseValues : rule));

function refuseValues(context: ValidationContext) {
  const reportError = (error: GraphQLError) =>
    withCode([error], 'BAD_USER_INPUT').forEach((refused) => context.reportError(refused));
  return ValuesOfCorrectTypeRule(Object.create(context, { reportError: { value: reportError } }) as ValidationContext);
}

function readNew(schema: GraphQLSchema, text: string, tokensMax: number): ReadDocument {
  try {
    const document = parse(text, { maxLexicalTokens: tokensMax });
    assertBounded(document);
    assertUnconditional(document);
    assertComparable(document);
    const invalid = validate(schema, document, rules, { maxErrors: documentErrorsMax });
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
