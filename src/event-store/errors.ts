import { OperatorError } from '../kernel/errors.ts';

export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';

  constructor(
    readonly streamName: string,
    readonly expected: 'none' | bigint,
    /** Null where the stream does not exist. */
    readonly actual: bigint | null,
  ) {
    super(
      `Stream is at ${actual === null ? 'no revision' : `revision ${String(actual)}`}, not at ${String(expected)}.`,
    );
  }
}

/** The log could not make the events durable, or not say so in time. May be retried. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** False: nothing was written. True: it may have been written, or be written yet. */
  readonly mayBeStored: boolean;

  constructor(message: string, { mayBeStored = false, ...options }: ErrorOptions & { mayBeStored?: boolean } = {}) {
    super(message, options);
    this.mayBeStored = mayBeStored;
  }
}

/** More waits to be made durable than the bound allows. Nothing was written. May be retried. */
export class StoreOverloaded extends Error {
  override readonly name = 'StoreOverloaded';
}

/** The log refuses this append as it is: repeating it changes nothing, and others are not concerned. Nothing was written. */
export class AppendRefused extends Error {
  override readonly name = 'AppendRefused';
}

/** The log can't be opened as it is: the message says what was found and what to do. */
export class LogUnusable extends OperatorError {
  override readonly name = 'LogUnusable';
}
