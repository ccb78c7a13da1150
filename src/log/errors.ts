import { OperatorError } from '../kernel/errors.ts';

/** The stream is not at the revision that the append expected. Nothing was written; the caller decides what to do. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';

  constructor(
    readonly streamName: string,
    readonly expected: 'none' | bigint,
    /** Null if the stream does not exist. */
    readonly actual: bigint | null,
  ) {
    super(
      `Stream is at ${actual === null ? 'no revision' : `revision ${String(actual)}`}, not at ${String(expected)}.`,
    );
  }
}

/** The log could not make the events durable, or not confirm it in time. May be retried. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** False: nothing was written. True: the events may have been written, or may yet be. */
  readonly mayBeStored: boolean;

  constructor(message: string, { mayBeStored = false, ...options }: ErrorOptions & { mayBeStored?: boolean } = {}) {
    super(message, options);
    this.mayBeStored = mayBeStored;
  }
}

/** More appends or bytes are waiting than the bound allows. Nothing was written. May be retried. */
export class StoreOverloaded extends Error {
  override readonly name = 'StoreOverloaded';
}

/** The log refuses this append permanently. Nothing was written; retrying does not help. Other appends are unaffected. */
export class AppendRefused extends Error {
  override readonly name = 'AppendRefused';
}

/** The log can't be used as it is. The message says what is wrong and what to do about it. */
export class LogUnusable extends OperatorError {
  override readonly name = 'LogUnusable';
}
