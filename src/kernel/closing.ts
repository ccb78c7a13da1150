import { describeFault } from './logger.ts';
import type { Logger } from './logger.ts';

interface Part {
  readonly name: string;
  readonly close: () => unknown;
}

/**
 * The parts that a process has opened, with their ways to close. `closeAll` closes them in reverse order, one after the
 * other, each once. A part that fails is logged by its name; the others are still closed.
 */
export class Closing {
  private readonly parts: Part[] = [];

  constructor(private readonly logger: Logger) {}

  /** If `close` returns a promise, it is awaited before the next part is closed. */
  add(name: string, close: () => unknown): void {
    this.parts.push({ name, close });
  }

  /** @throws AggregateError - after all parts were closed: what the parts have thrown, in that order */
  async closeAll(): Promise<void> {
    const errors: unknown[] = [];
    for (let part = this.parts.pop(); part !== undefined; part = this.parts.pop()) {
      await this.closePart(part, errors);
    }
    throwAll(errors);
  }

  /** Like `closeAll`, but all parts at the same time. */
  async closeTogether(): Promise<void> {
    const errors: unknown[] = [];
    await Promise.all(this.parts.splice(0).map((part) => this.closePart(part, errors)));
    throwAll(errors);
  }

  private async closePart({ name, close }: Part, errors: unknown[]): Promise<void> {
    try {
      await close();
    } catch (error) {
      this.logger.error({ part: name, ...describeFault(error) }, 'a part of the process failed to close');
      errors.push(error);
    }
  }
}

function throwAll(errors: readonly unknown[]): void {
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} parts of the process failed to close.`);
}
