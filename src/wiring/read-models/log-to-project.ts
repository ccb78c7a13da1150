import type { EventReader } from '../../event-store/event-store.ts';
import type { Notifications, Notifier } from '../../kernel/notifier.ts';

/** A log that is projected in its own folder. */
export interface LogToProject {
  readonly folder: string;
  readonly store: Pick<EventReader, 'logId' | 'lagAfter' | 'endPosition'>;
  /** Resolves once the folder has all of the log: a copy that was never complete can't be projected completely. */
  readonly whole: Promise<void>;
  /** Notified when the log has more. */
  readonly appended: Notifications;
  /** To be notified when the read model has changed. */
  readonly changed: Notifier;
}
