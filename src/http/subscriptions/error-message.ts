import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';

/** An error that is told as it is: it has its code and its request's id already. */
export class ErrorMessage extends GraphQLError {
  constructor(readonly told: GraphQLFormattedError) {
    super(told.message, { extensions: told.extensions ?? {} });
  }
}

/** More operations at a time than a connection may have. */
export function tooManyOperations(max: number): LedgerError {
  return new LedgerError(
    'TOO_MANY_SUBSCRIPTIONS',
    `This connection may have ${max} operations at a time. End one first.`,
  );
}
