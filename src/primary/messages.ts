import type { ErrorCode } from '../kernel/errors.ts';

/** Environment variable of a serving process: where it listens for requests that the primary passes on. */
export const servingVariable = 'LIVE_LEDGER_PASSED_ON';

/** Descriptor of the link between the two: a socket that both use for frames. */
export const linkDescriptor = 4;

/** A message from the primary to the serving process. */
export type ToServing =
  /** The previous one has released DATA_DIR: open it. */
  | { readonly kind: 'open'; readonly isReplacement: boolean }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'notListening'; readonly code: string | undefined; readonly message: string }
  /** Sent with a socket. `head` has the first bytes of the connection, as latin1. */
  | { readonly kind: 'connection'; readonly head: string }
  /** A callback that did not arrive completely; the serving process counts it. */
  | { readonly kind: 'callbackRefused'; readonly code: ErrorCode }
  /** The number of connections of the primary. */
  | { readonly kind: 'connections'; readonly open: number }
  /** Another refused request. */
  | { readonly kind: 'refused'; readonly status: number; readonly error: ErrorCode; readonly requestId: string };

/** The settings that the primary needs. */
export interface SettingsOfPrimary {
  readonly trustProxy: readonly string[];
  readonly logLevel: string;
  readonly takesCallbacks: boolean;
}

/** A message from the serving process to the primary. */
export type ToPrimary =
  /** Its modules are loaded and its settings are valid: it waits to open DATA_DIR. */
  | ({ readonly kind: 'loaded' } & SettingsOfPrimary)
  | { readonly kind: 'listen'; readonly host: string; readonly port: number }
  | { readonly kind: 'ready' }
  /** It has answered all requests on its own connections. */
  | { readonly kind: 'drained' };
