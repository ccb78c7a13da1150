import { describeFault } from './logger.ts';
import type { Logger } from './logger.ts';

/**
 * What a process has opened, each part with the way to close it. `closeAll` closes the parts in reverse order, one after the
 * other, each once. A part that fails is logged by its name and keeps no other from being closed.
 */
export class Closing {
  private readonly parts: { readonly name: string; readonly close: () => unknown }[] = [];

  constructor(private readonly logger: Logger) {}

  /** `close` may return a promise; it is awaited before the next part is closed. */
  add(name: string, close: () => unknown): void {
    this.parts.push({ name, close });
  }

  /** @throws AggregateError - after all parts were closed: what the parts have thrown, in that order */
  async closeAll(): Promise<void> {
    const errors: unknown[] = [];
    for (let part = this.parts.pop(); part !== undefined; part = this.parts.pop()) {
      try {
        await part.close();
      } catch (error) {
        this.logger.error({ part: part.name, ...describeFault(error) }, 'a part of the process failed to close');
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} parts of the process failed to close.`);
  }
}
