import { keysNotSet, PersonalKeyMissing, readKeys } from '../../log/sealing/key-files.ts';
import { keyNameOf } from '../../log/sealing/sealed-event.ts';
import { readNewestEvents } from '../../log/sqlite/sqlite-event-store.ts';
import { readPendingErasure } from '../../erasure/erase.ts';
import { copyFolder, hasLog } from '../../node/data-dir.ts';
import type { Settings } from '../../settings/settings.ts';
import { eventsExaminedMax } from './log-check.ts';
import { fine, toDo, type Finding } from './machine-check.ts';

const check = 'personal data';

/** Checks whether this node has the keys of the newest sealed events. Without PERSONAL_KEYS_DIR and such events, it says nothing. */
export function checkPersonalKeys({ dataDir, eventStore, personalKeysDir }: Settings): Finding[] {
  const folder = eventStore.kind === 'sqlite' ? dataDir : copyFolder(dataDir);
  const masters = new Set<string>();
  if (hasLog(folder)) {
    for (const event of readNewestEvents(folder, eventsExaminedMax)) masters.add(keyNameOf(event)?.masterId ?? '');
  }
  masters.delete('');
  if (personalKeysDir === null && masters.size === 0) return [];
  const pending = readPendingErasure(folder);
  const unfinished =
    pending === null
      ? []
      : [
          toDo(
            check,
            'an erasure is not done yet',
            pending.problem ?? 'Start the service, or run `live-ledger erase` again.',
          ),
        ];
  try {
    if (personalKeysDir === null) throw keysNotSet();
    for (const masterId of masters) readKeys(personalKeysDir, masterId);
    return [...unfinished, fine(check, `sealed; all ${masters.size} keys of the newest events are there`)];
  } catch (error) {
    if (!(error instanceof PersonalKeyMissing)) throw error;
    return [
      ...unfinished,
      toDo(check, error.message, 'Until then, nothing more is projected: docs/erasure.md#the-keys.'),
    ];
  }
}
