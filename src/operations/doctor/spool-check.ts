import { bytesOf, LogUnusable } from '../../log/event-store.ts';
import { isDataDirInUse } from '../../log/sqlite/data-dir-lock.ts';
import { asStored } from '../../log/sealing/sealed-event.ts';
import { SqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { isSetAside, spoolBounds } from '../../log/spool/spool.ts';
import { hasLog, spoolFolder } from '../../node/data-dir.ts';
import type { Settings } from '../../settings/settings.ts';
import { recordOf } from '../transfer/log-access.ts';
import { fine, toDo, type Finding } from './setup-check.ts';

const check = 'spool';

/** Milliseconds that a callback may wait before it is reported, as in the alert on EventStoreDB. */
const waitMsMax = 60_000;

/**
 * Checks the callbacks in DATA_DIR that wait for EventStoreDB. They were answered with 200 and are nowhere else. Reads all of
 * them, SPOOL_BYTES_MAX at most.
 */
export async function checkSpool(settings: Settings, nowMs: number): Promise<Finding[]> {
  const { dataDir, eventStore, roles } = settings;
  const folder = spoolFolder(dataDir);
  const isOfServer = eventStore.kind === 'eventstoredb';
  if (!hasLog(folder)) return isOfServer && roles.receive ? [fine(check, 'nothing was ever spooled here')] : [];
  try {
    const found = await readSpool(folder);
    const isServed = isDataDirInUse(folder);
    return [...ofDamaged(found), ...ofWaiting(found, settings, { isServed, nowMs }), ...ofSetAside(found)];
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    if (!(error instanceof LogUnusable) && !String(code).startsWith('SQLITE_')) throw error;
    return [toDo(check, `it cannot be read: ${message}`, `${keep} Check the disk, and see docs/backup.md#verify.`)];
  }
}

const keep = 'Keep a copy of DATA_DIR/spool: what is in it is nowhere else.';

interface Spooled {
  readonly waiting: number;
  readonly bytes: number;
  readonly setAside: number;
  /** Null if nothing waits. */
  readonly oldestAtMs: number | null;
  readonly damaged: number;
  readonly firstDamaged: bigint | null;
}

async function readSpool(folder: string): Promise<Spooled> {
  const reader = new SqliteEventReader(folder, asStored);
  let [waiting, bytes, setAside, damaged] = [0, 0, 0, 0];
  let oldestAtMs: number | null = null;
  let firstDamaged: bigint | null = null;
  try {
    for await (const event of recordOf(reader)) {
      if (event.isDamaged === true) {
        damaged += 1;
        firstDamaged ??= event.position;
      }
      if (isSetAside(event)) setAside += 1;
      else {
        waiting += 1;
        bytes += bytesOf([event]);
        oldestAtMs = Math.min(oldestAtMs ?? Infinity, event.recordedAtMs);
      }
    }
  } finally {
    reader.close();
  }
  return { waiting, bytes, setAside, oldestAtMs, damaged, firstDamaged };
}

function ofDamaged({ damaged, firstDamaged }: Spooled): Finding[] {
  if (firstDamaged === null) return [];
  const found = `${damaged} events in it are not what was recorded, the first at position ${firstDamaged}`;
  const whatHappens = 'They are appended to the log as damaged, and projected by none.';
  return [toDo(check, found, `${keep} ${whatHappens} Check the disk: docs/backup.md#verify.`)];
}

function ofWaiting(
  { waiting, bytes, oldestAtMs }: Spooled,
  { eventStore, spool }: Settings,
  { isServed, nowMs }: { readonly isServed: boolean; readonly nowMs: number },
): Finding[] {
  if (oldestAtMs === null) return [fine(check, 'nothing waits')];
  const waitedMs = Math.max(0, nowMs - oldestAtMs);
  const { bytesMax, ageMaxMs } = spool ?? spoolBounds;
  const percent = Math.round(Math.max(bytes / bytesMax, waitedMs / ageMaxMs) * 100);
  const found = `${waiting} callbacks wait for EventStoreDB, the oldest for ${Math.round(waitedMs / 1_000)} s: ${percent} % of what may wait`;
  if (isServed && waitedMs <= waitMsMax) return [fine(check, found)];
  if (eventStore.kind !== 'eventstoredb') return [toDo(check, found, withEmbeddedLog)];
  return [toDo(check, found, isServed ? whileServed : notServed)];
}

const withEmbeddedLog =
  'They are not in the embedded log. Start a node with EVENT_STORE_URL on this DATA_DIR until they are drained, or keep DATA_DIR/spool.';

const notServed =
  'Start a node with the role receive on this DATA_DIR: only it drains them. Do not delete DATA_DIR/spool: what is in it is nowhere else.';

const whileServed =
  'See EventStoreDB above; they are drained once it answers. At 100 % new callbacks are refused: raise SPOOL_BYTES_MAX or SPOOL_AGE_MAX_MS before. See docs/eventstoredb.md.';

function ofSetAside({ setAside }: Spooled): Finding[] {
  if (setAside === 0) return [];
  return [
    toDo(
      check,
      `EventStoreDB has refused ${setAside} callbacks permanently`,
      `${keep} The log of the process says why; they are tried again at each start: restart the node once the cause is removed.`,
    ),
  ];
}
