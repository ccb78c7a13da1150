import type { ReportedRecordingEventFragment, ReportedRecordingFragment } from '../../../api/operations.generated.ts';

/** A file that was saved, or what happened to a recording. */
export type RecordingLine =
  | ({ readonly what: 'file' } & ReportedRecordingFragment)
  | ({ readonly what: 'event' } & ReportedRecordingEventFragment);

const atOf = ({ at }: RecordingLine) => (at === null ? -Infinity : Date.parse(at));

/**
 * The files and events of each recording together, the newest first; the recording with the newest line is first.
 * What names no recording is by itself.
 */
export function recordingLines(
  files: readonly ReportedRecordingFragment[],
  events: readonly ReportedRecordingEventFragment[],
): readonly RecordingLine[] {
  const lines: readonly RecordingLine[] = [
    ...files.map((file) => ({ what: 'file' as const, ...file })),
    ...events.map((event) => ({ what: 'event' as const, ...event })),
  ].sort((a, b) => atOf(b) - atOf(a));
  const recordings = new Map<string, RecordingLine[]>();
  for (const line of lines) {
    const key = line.recordingId ?? `callback ${line.callback.id}`;
    recordings.set(key, [...(recordings.get(key) ?? []), line]);
  }
  return [...recordings.values()].flat();
}
