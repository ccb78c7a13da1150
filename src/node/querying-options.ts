import type { AlertSettings } from '../alerts/read-rules.ts';
import type { ForwardSettings } from '../forwarding/forwarding.ts';
import type { LeaseTimes } from '../forwarding/lease/lease-stream.ts';
import type { CallbackSetupPort } from '../api/context.ts';
import type { Metrics } from '../observing/metrics.ts';
import type { ServerOptions } from '../api/http/server.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Closing } from '../kernel/closing.ts';
import type { AuthenticitySettings } from '../recorder/authenticity.ts';
import type { RecorderLink } from '../recorder/recorder-link.ts';
import type { EventStoreChoice, Roles } from './log-choice.ts';

/** The settings of a reader, and what it is connected to. `authenticity` and `access` are read at each use, so they may be changed. */
export interface ReaderOptions extends Pick<
  ServerOptions,
  'access' | 'trustProxy' | 'logger' | 'corsOrigins' | 'liveBounds' | 'onCallback'
> {
  readonly dataDir: string;
  readonly eventStore: EventStoreChoice;
  readonly roles: Roles;
  readonly authenticity: AuthenticitySettings;
  readonly forward: ForwardSettings;
  readonly alerts: AlertSettings;
  /** Only with EventStoreDB. */
  readonly leaseTimes: LeaseTimes;
  readonly clock: Clock;
  /** Milliseconds that reading for one answer may take: a snapshot, an analysis. By default `snapshotMsMax`. */
  readonly readMsMax?: number;
  /** Milliseconds that an operator's decision or fact waits until it can be read, before it is answered all the same. */
  readonly readableMsMax?: number;
  /** The folder of the console's build. By default the one that `npm run build` makes. */
  readonly consoleFolder?: string;
}

/** What opening the parts that answer queries needs beside the settings. */
export interface QueryingOptions extends ReaderOptions {
  readonly link: RecorderLink;
  readonly metrics: Metrics;
  readonly callbackSetup: CallbackSetupPort;
  /** Every opened part is added to it. The caller closes it, even if opening fails. */
  readonly closing: Closing;
}
