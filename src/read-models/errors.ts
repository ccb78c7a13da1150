import { OperatorError } from '../kernel/errors.ts';

/** The read models can't be opened or carried on as they are. They are disposable: the message says how to build them anew. */
export class ReadModelUnusable extends OperatorError {
  override readonly name = 'ReadModelUnusable';

  constructor(what: string, options?: ErrorOptions) {
    super(
      `${what} Nothing is lost, the log has everything. Stop the service and run: npx live-ledger rebuild`,
      options,
    );
  }
}
