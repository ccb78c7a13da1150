import type { Logger } from '../kernel/logger.ts';
import type { EventBatch, RecordedEvent } from '../event-store/event-store.ts';
import type { ReadModelWriter } from '../read-models/read-model-writer.ts';
import { projectEvent, type ProjectedAs } from './project-event.ts';

/** Called for each event once it is projected. */
export type NoteProjected = (projectedAs: ProjectedAs | 'poisoned') => void;

/**
 * Projects a batch in one transaction. If an event fails, each is projected in a transaction of its own: the one that fails is
 * recorded as poisoned and skipped.
 * @throws Error of SQLite - the disk is full or broken; what was committed before is kept
 */
export function projectBatch(
  rows: ReadModelWriter,
  { events }: EventBatch,
  logger: Logger,
  note: NoteProjected = () => undefined,
): void {
  const last = events.at(-1);
  if (last === undefined) return;
  let projected: ProjectedAs[];
  try {
    projected = rows.transaction(() => {
      const all = events.map((event) => projectEvent(rows, event));
      rows.saveCheckpoint(last.position, last.recordedAtMs);
      return all;
    });
  } catch {
    for (const event of events) note(projectAlone(rows, event, logger));
    return;
  }
  projected.forEach(note);
}

function projectAlone(rows: ReadModelWriter, event: RecordedEvent, logger: Logger): ProjectedAs | 'poisoned' {
  const { position, streamName, recordedAtMs } = event;
  try {
    return rows.transaction(() => {
      const projectedAs = projectEvent(rows, event);
      rows.saveCheckpoint(position, recordedAtMs);
      return projectedAs;
    });
  } catch (error) {
    if (isStorageFault(error)) throw error;
    const reason = reasonOf(error);
    logger.error({ position: String(position), reason }, 'an event could not be projected and was skipped');
    rows.transaction(() => {
      rows.savePoisoned({ position, streamName, reason });
      rows.saveCheckpoint(position, recordedAtMs);
    });
    return 'poisoned';
  }
}

const storageFaults = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|BUSY|LOCKED|NOMEM)/;

/** A full or broken disk says nothing about the event: the projector stops and tries again. */
function isStorageFault(error: unknown): boolean {
  return storageFaults.test(String((error as { code?: unknown }).code));
}

/** Messages of our own errors name a field; those of others may quote the content of the event. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.name === 'UnreadableEvent' ? `${error.name}: ${error.message}` : error.name;
}
