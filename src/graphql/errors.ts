import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { errorCodes, LedgerError, type ErrorCode } from '../kernel/errors.ts';

/** Codes of the libraries beneath us that mean the same as one of ours. */
const sameMeaning: Readonly<Record<string, ErrorCode>> = {
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_REQUEST',
};

/**
 * Makes every error that leaves by GraphQL one of the closed list: a code, a message, and where it is. The message repeats
 * no value of the input; it may repeat a name that the document uses and the schema does not have, which its writer needs. What is none of ours is told as INTERNAL and nothing else; `faultOf` finds those, for the log.
 */
export function formatGraphqlError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const original = originalOf(error);
  const place = {
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
  };
  if (original instanceof LedgerError) {
    return { message: original.message, ...place, extensions: { ...original.details, code: original.code } };
  }
  if (original instanceof ArgumentValidationError) {
    return { message: describeConstraints(original), ...place, extensions: { code: 'BAD_USER_INPUT' } };
  }
  const code = knownCode(formatted.extensions?.['code']);
  const message = code === 'INTERNAL' ? errorCodes.INTERNAL.meaning : withoutValues(formatted.message, original);
  return { message, ...place, extensions: { code } };
}

/** The error behind a GraphQL error where it is a fault of ours; null where it is a refusal that its client can mend. */
export function faultOf(error: GraphQLError): unknown {
  const { originalError } = error;
  const isRefusal = originalError instanceof LedgerError || originalError instanceof ArgumentValidationError;
  const isGraphqls = originalError === undefined || originalError instanceof GraphQLError;
  return isRefusal || isGraphqls ? null : originalError;
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
 * graphql-js quotes the value that it refuses; a message must not carry input to wherever errors are kept. `reason` is the
 * error behind that of a variable, whose message stands at the end of the whole.
 */
function withoutValues(message: string, reason: unknown): string {
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
