import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { errorCodes, LedgerError, type ErrorCode } from '../kernel/errors.ts';
import { describeFault } from '../kernel/fault.ts';
import type { Logger } from '../kernel/logger.ts';

/** Codes of the libraries beneath us that mean the same as one of ours. */
const sameMeaning: Readonly<Record<string, ErrorCode>> = {
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_REQUEST',
};

/**
 * Makes every error that leaves by GraphQL one of the closed list: a code, a message without the input's values, and where
 * it is. What is none of ours becomes INTERNAL, and is logged.
 */
export function formatGraphqlError(
  formatted: GraphQLFormattedError,
  error: unknown,
  logger: Logger,
): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
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
  const given = String(formatted.extensions?.['code']);
  const code = sameMeaning[given] ?? (given in errorCodes ? (given as ErrorCode) : 'INTERNAL');
  if (code === 'INTERNAL') {
    logger.error(describeFault(original), 'a GraphQL operation failed');
    return { message: errorCodes.INTERNAL.meaning, ...place, extensions: { code } };
  }
  return { message: withoutValues(formatted.message), ...place, extensions: { code } };
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

/** graphql-js quotes the value that it refuses; a message must not carry input to wherever errors are kept. */
function withoutValues(message: string): string {
  const variable = /^Variable "(\$\w+)" got invalid value /.exec(message);
  if (variable === null) return message.replace(/, found .*$/s, '.').replace(/ value: .*$/s, ' value.');
  const path = / at "([\w.[\]]+)"; /.exec(message)?.[1] ?? variable[1];
  const reason = message.slice(message.lastIndexOf('; ') + 2).replace(/ value: .*$/s, ' value.');
  return `The variable has an invalid value at ${path}: ${reason.replace(/^Value ".*?" does/s, 'The value does')}`;
}
