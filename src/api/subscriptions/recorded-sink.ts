import type { LiveMessage, LiveSink } from './live-groups.ts';

/** Of an admin: a message with a secret where nobody expects one is sent once the audit has the fields. */
export class RecordedSink implements LiveSink {
  private readonly recorded: Set<string>;
  private recording: Promise<void> = Promise.resolve();

  /** `recorded` has fields that were recorded before. `record` rejects if the log takes nothing: then the subscription fails. */
  constructor(
    private readonly sink: LiveSink,
    recorded: ReadonlySet<string>,
    private readonly record: (fields: ReadonlySet<string>) => Promise<void>,
  ) {
    this.recorded = new Set(recorded);
  }

  take(messages: readonly LiveMessage[], from: number): number {
    const isNew = (field: string) => !this.recorded.has(field);
    const until = messages.findIndex(({ secretFields }, index) => index >= from && secretFields.some(isNew));
    if (until === -1) return this.sink.take(messages, from);
    if (until > from) return this.sink.take(messages.slice(0, until), from);
    const fields = new Set(messages[from]?.secretFields.filter(isNew));
    this.recording = this.record(fields).then(() => fields.forEach((field) => this.recorded.add(field)));
    // `ready` has it, and may be called later.
    this.recording.catch(() => undefined);
    return 0;
  }

  async ready(signal: AbortSignal): Promise<void> {
    await this.recording;
    await this.sink.ready(signal);
  }

  failed(error: unknown): void {
    this.sink.failed(error);
  }
}
