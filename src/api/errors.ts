import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { errorCodes, LedgerError, type ErrorCode } from '../kernel/errors.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';

/** Codes of libraries that mean the same as one of ours. */
const sameMeaning: Readonly<Record<string, ErrorCode>> = {
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
};

/**
 * Turns every error that GraphQL sends into one of the closed list: a code, a message, and its location. The message
 * repeats no value of the input. It may repeat a name that the document uses and the schema does not have, because the
 * author of the document needs it. Our own faults are sent as INTERNAL without details; `faultOf` returns them, for the
 * log.
 */
export function formatGraphqlError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const original = originalOf(error);
  const location = {
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
  };
  if (original instanceof LedgerError) {
    return { message: original.message, ...location, extensions: { ...original.details, code: original.code } };
  }
  if (original instanceof ArgumentValidationError) {
    return { message: describeConstraints(original), ...location, extensions: { code: 'BAD_USER_INPUT' } };
  }
  const code = knownCode(formatted.extensions?.['code']);
  const message = code === 'INTERNAL' ? errorCodes.INTERNAL.meaning : withoutValues(formatted.message, original);
  return { message, ...location, extensions: { code } };
}

/** Formats errors with the id of their request, and logs those that are our own faults. */
export function formatErrors(
  errors: readonly GraphQLError[],
  requestId: string,
  logger: Logger,
): readonly GraphQLFormattedError[] {
  const formatted = errors.map((error) => {
    const fault = faultOf(error);
    if (fault !== null) logger.error({ requestId, ...describeFault(fault) }, 'a GraphQL operation failed');
    return formatGraphqlError(error.toJSON(), error);
  });
  return withRequestId(formatted, requestId);
}

/** Adds the id of the request to its errors. */
export function withRequestId(errors: readonly GraphQLFormattedError[], requestId: string): GraphQLFormattedError[] {
  return errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
}

/** The error behind a GraphQL error if it is our own fault; null if it is a refusal that the client can act on. */
export function faultOf(error: GraphQLError): unknown {
  const { originalError } = error;
  const isRefusal = originalError instanceof LedgerError || originalError instanceof ArgumentValidationError;
  return isRefusal || isOfGraphql(error) ? null : originalError;
}

/** Adds a code to the errors of graphql-js that have none. */
export function withCode(errors: readonly GraphQLError[], code: ErrorCode): readonly GraphQLError[] {
  return errors.map((error) => {
    const { message, originalError, nodes = null, source = null, positions = null, path = null } = error;
    if (!isOfGraphql(error) || error.extensions['code'] !== undefined) return error;
    const cause = originalError === undefined ? {} : { originalError };
    return new GraphQLError(message, { nodes, source, positions, path, ...cause, extensions: { code } });
  });
}

/** The code of anything that was thrown. */
export function codeOf(error: unknown): ErrorCode {
  return formatGraphqlError({ message: '' }, toGraphqlError(error)).extensions?.['code'] as ErrorCode;
}

/** Anything that was thrown, as a GraphQL error. */
export function toGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('The operation failed.', {
    originalError: error instanceof Error ? error : new Error(typeof error),
  });
}

function isOfGraphql({ originalError }: GraphQLError): boolean {
  return originalError === undefined || originalError instanceof GraphQLError;
}

function originalOf(error: unknown): unknown {
  return error instanceof GraphQLError ? (error.originalError ?? error) : error;
}

function knownCode(given: unknown): ErrorCode {
  const code = String(given);
  return sameMeaning[code] ?? (Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'INTERNAL');
}

interface Constraints {
  readonly property: string;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly Constraints[];
}

function describeConstraints(error: ArgumentValidationError): string {
  const describe = (path: string, { property, constraints, children }: Constraints): string[] => [
    ...Object.values(constraints ?? {}).map((constraint) => `${path}${property}: ${constraint}`),
    ...(children ?? []).flatMap((child) => describe(`${path}${property}.`, child)),
  ];
  const lines = (error.extensions.validationErrors as Constraints[]).flatMap((one) => describe('', one));
  return `An argument is out of bounds. ${lines.join('; ')}.`;
}

/**
 * graphql-js quotes the value that it refuses, but a message may be stored, and must not carry input there. `reason` is
 * the error behind that of a variable; its message ends the whole message.
 */
function withoutValues(message: string, reason: unknown): string {
  // See docs/patches.md#values-cut-from-messages
  if (!message.startsWith('Variable "$') || !(reason instanceof GraphQLError) || reason.message === message) {
    return cutValue(message.replace(/, found .*$/s, '.'));
  }
  const beforeReason = message.slice(0, -`; ${reason.message}`.length);
  const name = /^Variable "(\$\w+)"/.exec(message)?.[1] ?? 'a variable';
  const path = / at "([\w.[\]]+)"$/.exec(beforeReason)?.[1] ?? name;
  return `The variable has an invalid value at ${path}: ${cutValue(reason.message)}`;
}

function cutValue(message: string): string {
  return message
    .replace(/ value: .*$/s, ' value.')
    .replace(/^Unknown operation named ".*"\.$/s, 'The document has no operation of the name in operationName.')
    .replace(/^(Syntax Error: Unexpected \w+) ".*"\.$/s, '$1.')
    .replace(/^Value ".*" does not exist in ("\w+" enum).*$/s, 'The value does not exist in $1.');
}
