import type Database from 'better-sqlite3';
import type { Condition } from '../../lists/listing.ts';
import { streamSessionList } from '../../sessions/stream-session-list.ts';
import { readMatching } from '../matching-rows-table.ts';
import { endedAt, sessionSlices, supersededAt } from '../session-slices-table.ts';
import { stoppedAtMs, type SessionSpan } from '../session-span.ts';
import type { TimeWindow } from '../statistics/statistics.ts';
import type { FoundMissing, MissingCallbackField } from './missing-callbacks.ts';
import { habitWindow, silenceOf, type DomainPush } from './silent-domains.ts';

/** What to read for one reason, or for several that are found together. */
export interface MissingRequest {
  /** The condition on all rows that may show this reason, without the reason itself. */
  readonly condition: Condition<MissingCallbackField>;
  readonly window: TimeWindow;
  readonly silentAfterMs: number;
  readonly assertGoesOn: () => void;
}

/** Domains that are unusually silent at the end of the window. */
export function* readSilentDomains(
  db: Database.Database,
  { condition, window: { toMs }, assertGoesOn }: MissingRequest,
): Generator<FoundMissing> {
  const window = habitWindow(toMs);
  const end = endedAt('stream_sessions');
  const columns = ['app_id', 'domain', 'first_position', 'ordered_at', 'state', end, supersededAt];
  const slices = sessionSlices(window);
  const rows = { list: streamSessionList, by: 'STARTED_AT', condition, columns, slices, assertGoesOn };
  const domains = new Map<string, DomainOfAccount>();
  for (const row of readMatching<Columns>(db, rows)) {
    const [appId, domain, position, beganMs, state, endedAtMs, supersededAtMs] = row;
    if (domain === null) continue;
    const key = JSON.stringify([appId, domain]);
    const found = domains.get(key) ?? { appId, domain, pushes: [], lastPosition: position };
    found.lastPosition = Math.max(found.lastPosition, position);
    found.pushes.push({ beganMs, stoppedMs: stoppedAtMs({ state, endedAtMs, supersededAtMs }) });
    domains.set(key, found);
  }
  for (const { appId, domain, pushes, lastPosition } of domains.values()) {
    const silence = silenceOf(pushes, window);
    assertGoesOn();
    if (silence === null) continue;
    yield {
      ...{ reason: 'DOMAIN_SILENT', appId, domain, path: null, streamId: null },
      ...{ expectedFromMs: silence.sinceMs, expectedToMs: toMs, usualPauseMs: silence.usualPauseMs },
      ...{ sessionRow: null, taskRow: null, run: null, file: null },
      // Sorts after the session itself, which may also be missing a callback.
      ...{ firstPosition: String(lastPosition), nth: 1 },
    };
  }
}

interface DomainOfAccount {
  readonly appId: string;
  readonly domain: string;
  readonly pushes: DomainPush[];
  lastPosition: number;
}

type Columns = readonly [
  appId: string,
  domain: string | null,
  firstPosition: number,
  orderedAtMs: number,
  state: SessionSpan['state'],
  endedAtMs: number | null,
  supersededAtMs: number | null,
];
