import type { ErrorCode } from '../kernel/errors.ts';

/** Set in the environment of a serving process: where it listens for requests that the primary passes on. */
export const servingVariable = 'LIVE_LEDGER_PASSED_ON';

/** The descriptor of the link between the two: a socket that both ends use for frames. */
export const linkDescriptor = 4;

/** What the primary sends to the serving process. */
export type ToServing =
  /** The one before has released DATA_DIR: open it. */
  | { readonly kind: 'open'; readonly isReplacement: boolean }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'notListening'; readonly code: string | undefined; readonly message: string }
  /** With a socket: a connection, and in `head` the first bytes that came on it, as latin1. */
  | { readonly kind: 'connection'; readonly head: string }
  /** A callback that did not arrive as a whole: the serving process counts it. */
  | { readonly kind: 'callbackRefused'; readonly code: ErrorCode }
  /** How many connections the primary has. */
  | { readonly kind: 'connections'; readonly open: number }
  /** Another refused request. */
  | { readonly kind: 'refused'; readonly status: number; readonly error: ErrorCode; readonly requestId: string };

/** What the primary has to know of the settings. */
export interface SettingsOfPrimary {
  readonly trustProxy: readonly string[];
  readonly logLevel: string;
  readonly takesCallbacks: boolean;
}

/** What the serving process sends to the primary. */
export type ToPrimary =
  /** Its modules are loaded and its settings are right: it waits to open DATA_DIR. */
  | ({ readonly kind: 'loaded' } & SettingsOfPrimary)
  | { readonly kind: 'listen'; readonly host: string; readonly port: number }
  | { readonly kind: 'ready' }
  /** It has answered all requests on connections of its own. */
  | { readonly kind: 'drained' };
