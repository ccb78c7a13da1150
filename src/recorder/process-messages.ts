import type { Append, SentOutcome } from '../log/event-store.ts';
import type { RefusedRequests } from '../callbacks/setup/callback-refusals.ts';
import type { SpoolBacklog } from '../kernel/errors.ts';
import type { ConnectionMessage } from '../connections/pass-connections.ts';

/**
 * The processes of a service: the supervisor has the port and starts the recorder, which takes callbacks and starts the
 * reader, which answers everything else. This environment variable says which one a process is; without it, the supervisor.
 */
export const partVariable = 'LIVE_LEDGER_PROCESS';

export type Part = 'supervisor' | 'recorder' | 'reader';

/** Which process of a service this is. */
export function partOfThisProcess(): Part {
  const part = process.env[partVariable];
  return process.send !== undefined && (part === 'recorder' || part === 'reader') ? part : 'supervisor';
}

/** Signals that a service handles. The supervisor gets them and passes them on as messages. */
export type ServiceSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

interface SignalMessage {
  readonly kind: 'signal';
  readonly signal: ServiceSignal;
}

/** What the supervisor sends to a recorder: the order of a start and of an end, and the connections. */
export type ToRecorder =
  /** No other recorder has DATA_DIR: open it. */
  | { readonly kind: 'open'; readonly isReplacement: boolean }
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'notListening'; readonly code: string | undefined; readonly message: string }
  /** The next recorder is ready to open DATA_DIR: pass the connections back, release it, and end with the reader. */
  | { readonly kind: 'leave' }
  | ConnectionMessage
  | SignalMessage;

/** What a recorder sends to the supervisor: how far its start or its end is, and connections for the next recorder. */
export type ToSupervisor =
  /** Its modules are loaded, and its settings are valid: it waits to open DATA_DIR. */
  | { readonly kind: 'loaded'; readonly logLevel: string }
  /** So are its reader's, or it has none. */
  | { readonly kind: 'readerLoaded' }
  | { readonly kind: 'listen'; readonly host: string; readonly port: number }
  /** It takes connections. */
  | { readonly kind: 'ready' }
  /** It has closed the log: the next recorder may open DATA_DIR. */
  | { readonly kind: 'released' }
  | ConnectionMessage;

/** What a recorder sends to its reader: that the log has more, and outcomes of appends; connections; questions for probes. */
export type ToReader =
  /** The log is open, and ended here when it was opened. */
  | ({ readonly kind: 'open' } & OpenedForReader)
  /** The log has more. */
  | { readonly kind: 'committed' }
  | { readonly kind: 'appended'; readonly number: number; readonly outcome: SentOutcome }
  | ({ readonly kind: 'report' } & RecorderReport)
  | { readonly kind: 'question'; readonly number: number; readonly about: ReaderQuestion }
  | ConnectionMessage
  | SignalMessage;

/** What a reader shows of its recorder. */
export interface RecorderReport {
  /** What waits in the spool; null without a spool. */
  readonly spooled: SpoolBacklog | null;
  readonly refused: readonly RefusedRequests[];
}

/** What a reader has to know of the log and of the service. */
export interface OpenedForReader {
  readonly url: string;
  /** Where the log ended when it was opened, and where new targets begin; null if it is in EventStoreDB. */
  readonly log: { readonly endPosition: bigint; readonly firstUnread: bigint } | null;
  /** No reader of this service has been ready before. */
  readonly isFirst: boolean;
}

/** What a reader sends to its recorder: appends, answers, and connections on which a callback came. */
export type FromReader =
  /** Its settings are valid. */
  | { readonly kind: 'checked' }
  /** Its modules are loaded, and its settings are valid. */
  | { readonly kind: 'loaded' }
  /** It takes connections. */
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'append'; readonly number: number } & Append)
  | { readonly kind: 'answer'; readonly number: number; readonly answer: unknown }
  | ConnectionMessage;

/** What the recorder asks its reader for probes: its metrics as data, the checks of its readiness, and how far a standby is. */
export type ReaderQuestion = 'metrics' | 'readiness' | 'standby';
