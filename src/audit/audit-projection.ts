import { writeNodeId } from '../api/node-id.ts';
import { readObject, readTime } from '../callbacks/json-object.ts';
import { isFactStream, readFact, type FactEvent } from '../facts/operator-fact-events.ts';
import { readAuthor, type Author } from '../log/author.ts';
import { ledgerStreamName, type RecordedEvent } from '../log/event-store.ts';
import { erasuresStreamName, readRetentionEntry, retentionStreamName } from '../log/ledger-events.ts';
import { UnreadableEvent } from '../projecting/arrived-callback.ts';
import type { ReadModelWriter } from '../projecting/file/read-model-writer.ts';
import { readDecisionReason, readDiscard, type QuarantinedEventRef } from '../quarantine/quarantine-events.ts';
import { discardedType, quarantineDecisionsStream, type Released } from '../quarantine/quarantine.ts';
import { auditActions, type AuditAction, type AuditEntry } from './audit.ts';
import { isAuditStream, readAudited } from './audit-events.ts';

/** Projects what an event without a callback says of who did something. @throws UnreadableEvent - data or metadata that is not ours */
export function projectAudit({ audit }: Pick<ReadModelWriter, 'audit'>, event: RecordedEvent): void {
  const { streamName, position, eventId } = event;
  if (streamName === retentionStreamName) {
    const entry = entryOfRetention(event);
    if (entry !== null) audit.insertOrAdd({ ...entry, position, eventId });
    return;
  }
  const entry = entryOf(event);
  if (entry !== null && !audit.endBegun(entry)) audit.insert({ ...entry, position, eventId });
}

/** Projects the release of a callback, which is an arrival. */
export function projectRelease(
  { audit }: Pick<ReadModelWriter, 'audit'>,
  released: Released,
  { position, eventId }: Pick<RecordedEvent, 'position' | 'eventId'>,
): void {
  const { author, atMs, reason } = released;
  const entry = { ...done(author, atMs, 'RELEASE_FROM_QUARANTINE'), object: quarantinedId(released), reason };
  audit.insert({ ...entry, position, eventId });
}

function entryOf(event: RecordedEvent): AuditEntry | null {
  const { streamName } = event;
  if (isAuditStream(streamName)) return readable(readAudited(event));
  if (isFactStream(streamName)) return entryOfFact(event);
  if (streamName === quarantineDecisionsStream) return entryOfDiscard(event);
  return [ledgerStreamName, erasuresStreamName].includes(streamName) ? entryOfCommand(event) : null;
}

function readable<Read>(read: Read | 'UNREADABLE'): Read {
  if (read === 'UNREADABLE') throw new UnreadableEvent('data');
  return read;
}

function done(author: Author, atMs: number, action: AuditAction): AuditEntry {
  return { author, atMs, action, object: null, outcome: 'DONE', code: null, reason: null, count: 1, begunId: null };
}

const actionOfFact = {
  CLOSED: 'CLOSE_STREAM_SESSION',
  NOTE: 'ADD_NOTE',
  WITHDRAWN: 'WITHDRAW_FACT',
} as const satisfies Record<FactEvent['kind'], AuditAction>;

function entryOfFact(event: RecordedEvent): AuditEntry | null {
  const fact = readable(readFact(event));
  if (fact === null) return null;
  const { kind, subject, text, atMs } = fact;
  const { type, appId, key } = subject;
  const object = writeNodeId(type === 'StreamSession' ? { type, appId, sequence: key } : { type, appId, taskId: key });
  // The text of a note is the note.
  const reason = kind === 'NOTE' ? null : text;
  return { ...done(readAuthor(readObject(event.metadata)), atMs, actionOfFact[kind]), object, reason };
}

function entryOfDiscard({ type, data, metadata, recordedAtMs }: RecordedEvent): AuditEntry | null {
  const discarded = type === discardedType ? readDiscard(data) : null;
  if (discarded === null) return null;
  const about = readObject(metadata);
  const atMs = readTime(about['at']) ?? recordedAtMs;
  const reason = readDecisionReason(about);
  return { ...done(readAuthor(about), atMs, 'DISCARD_FROM_QUARANTINE'), object: quarantinedId(discarded), reason };
}

function quarantinedId({ position, eventId }: QuarantinedEventRef): string {
  return writeNodeId({ type: 'QuarantinedCallback', position, eventId });
}

/** Of an epoch, an import or an erasure that a command has begun: its metadata name the action. Those that a service begins name none. */
function entryOfCommand({ data, metadata, recordedAtMs }: RecordedEvent): AuditEntry | null {
  const { action: named, object, ...about } = readObject(metadata);
  const action = auditActions.find((one) => one === named);
  if (action === undefined) return null;
  const reason = action === 'ERASE' ? readObject(data)['reason'] : null;
  return {
    ...done(readAuthor(about), recordedAtMs, action),
    object: typeof object === 'string' ? object : null,
    reason: typeof reason === 'string' ? reason : null,
  };
}

function entryOfRetention(event: RecordedEvent): AuditEntry | null {
  const removed = readRetentionEntry(event);
  if (removed === null) return null;
  const author = readAuthor(readObject(event.metadata));
  return { ...done(author, removed.atMs, 'APPLY_RETENTION'), count: removed.events };
}
