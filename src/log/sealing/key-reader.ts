import { statSync } from 'node:fs';
import { steadyClock } from '../../kernel/clock.ts';
import { keysNotSet, readKeys, type StoredKeys } from './key-files.ts';
import { deriveKey, openWith, type FindKey, type OpenEvent } from './sealed-event.ts';

/** Milliseconds for which a thread may use a key that another process has erased: then it looks at the folder again. */
const lookEveryMs = 500;

/** Master keys in memory: those of some days of several nodes. A file of subjects may have some megabytes. */
const storedMax = 64;

/** Keys of subjects in memory, 200 bytes each: the sessions of an hour. */
const derivedMax = 20_000;

/** Finds keys in a folder. Each thread has one of its own. */
function createKeyFinder(folder: string): FindKey {
  const stored = new Map<string, StoredKeys>();
  const derived = new Map<string, Uint8Array | 'ERASED'>();
  let [lookedAtMs, changedAtMs] = [-Infinity, NaN];
  const forgetIfChanged = () => {
    const nowMs = steadyClock();
    if (nowMs - lookedAtMs < lookEveryMs) return;
    lookedAtMs = nowMs;
    const mtimeMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? NaN;
    if (mtimeMs === changedAtMs) return;
    changedAtMs = mtimeMs;
    stored.clear();
    derived.clear();
  };
  return ({ masterId, subject }) => {
    forgetIfChanged();
    const name = `${masterId}.${subject}`;
    const known = derived.get(name);
    if (known !== undefined) return known;
    const found = keyIn(
      remembered(stored, masterId, storedMax, () => readKeys(folder, masterId)),
      subject,
    );
    return remembered(derived, name, derivedMax, () => found);
  };
}

function keyIn(keys: StoredKeys, subject: string): Uint8Array | 'ERASED' {
  if (keys.kind === 'master') return deriveKey(keys.master, subject);
  const kept = Object.hasOwn(keys.kept, subject) ? keys.kept[subject] : undefined;
  // The file has the key of every subject that was not erased.
  return kept === undefined ? 'ERASED' : Buffer.from(kept, 'base64url');
}

function remembered<Value>(known: Map<string, Value>, name: string, max: number, find: () => Value): Value {
  const value = known.get(name) ?? find();
  if (known.size >= max && !known.has(name)) known.delete(known.keys().next().value ?? '');
  known.set(name, value);
  return value;
}

/** Opens events with the keys of a folder. Null: there is none, and a sealed event can not be read. */
export function openEventsWith(folder: string | null): OpenEvent {
  if (folder !== null) return openWith(createKeyFinder(folder));
  return openWith(() => {
    throw keysNotSet();
  });
}
