import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { link, open, readdir, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { OperatorError } from '../../kernel/errors.ts';
import { steadyClock } from '../../kernel/clock.ts';
import { deriveKey, openWith, type FindKey, type OpenEvent } from './sealed-event.ts';

/**
 * The folder of keys. A master key is in one file, whose ending says what it is used for:
 * - `.open`: a process seals with it;
 * - `.master`: nothing more is sealed with it, and all that was is in the log;
 * - `.keys`: instead of it, the keys of the subjects that were not erased.
 * An ending only ever changes to a later one of these, so a reader takes the last that it finds.
 */
const endings = ['open', 'master', 'keys'] as const;
type Ending = (typeof endings)[number];

/** Asks the process that seals with a key to change to another. */
const closeRequest = 'close';

const masterBytes = 32;
const idBytes = 8;

/** Names of files hold nothing else. */
const masterIdPattern = /^\d{8}-[0-9a-f]{16}$/;

/** A master key that is in no file. It may be on its way, or in a copy: so it is not the same as an erased one. */
export class PersonalKeyMissing extends OperatorError {
  override readonly name = 'PersonalKeyMissing';
}

/** The keys behind a name: the master key, or those that an erasure left. */
type StoredKeys =
  | { readonly kind: 'master'; readonly ending: Ending; readonly owner: string; readonly master: Buffer }
  | {
      readonly kind: 'subjects';
      readonly kept: Readonly<Record<string, string>>;
      /** The digests of subjects whose keys were destroyed. */
      readonly erased: readonly string[];
    };

/** The day of a name, `2026-01-31`. */
export function dayOf(masterId: string): string {
  return `${masterId.slice(0, 4)}-${masterId.slice(4, 6)}-${masterId.slice(6, 8)}`;
}

/** The name of a new master key: the day in UTC, and 64 random bits. */
function newMasterId(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '')}-${randomBytes(idBytes).toString('hex')}`;
}

const fileOf = (folder: string, masterId: string, ending: string) => path.join(folder, `${masterId}.${ending}`);

/** @throws PersonalKeyMissing */
export function readKeys(folder: string, masterId: string): StoredKeys {
  let found: StoredKeys | null = null;
  for (const ending of masterIdPattern.test(masterId) ? endings : []) {
    found = readKeyFile(fileOf(folder, masterId, ending), ending) ?? found;
  }
  if (found === null) throw new PersonalKeyMissing(missing(masterId));
  return found;
}

function readKeyFile(file: string, ending: Ending): StoredKeys | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new PersonalKeyMissing(unreadable(file), { cause: error });
  }
  try {
    const { owner, master, kept, erased } = JSON.parse(text) as Record<string, unknown>;
    if (ending === 'keys')
      return { kind: 'subjects', kept: kept as Record<string, string>, erased: erased as string[] };
    const bytes = Buffer.from(String(master), 'base64url');
    if (bytes.byteLength !== masterBytes) throw new Error('no key');
    return { kind: 'master', ending, owner: String(owner), master: bytes };
  } catch (error) {
    throw new PersonalKeyMissing(unreadable(file), { cause: error });
  }
}

function missing(masterId: string): string {
  return `The key of personal data ${masterId} is not in PERSONAL_KEYS_DIR. Put it back from where all nodes have it, or from a copy of that folder. Nothing that needs it is projected until then.`;
}

function unreadable(file: string): string {
  return `${file}, a key of personal data, can not be read. Give this user the right to it, or put it back from a copy.`;
}

/** The folder is not set, but the log has events that were sealed. */
export function keysNotSet(): PersonalKeyMissing {
  return new PersonalKeyMissing(
    'The log has sealed personal data, and PERSONAL_KEYS_DIR is not set. Set it to the folder that has their keys.',
  );
}

/** Makes a master key, durably. */
export async function createMaster(folder: string, owner: string, atMs: number) {
  const masterId = newMasterId(atMs);
  const master = randomBytes(masterBytes);
  const file = fileOf(folder, masterId, 'open');
  await writeDurably(`${file}.new`, JSON.stringify({ owner, master: master.toString('base64url') }));
  await rename(`${file}.new`, file);
  await fsyncFolder(folder);
  return { masterId, master };
}

/** All names in the folder, each with its last ending. */
export async function listKeys(folder: string): Promise<ReadonlyMap<string, Ending>> {
  const found = new Map<string, Ending>();
  const names = await readdir(folder);
  for (const ending of endings) {
    for (const name of names) {
      const masterId = name.slice(0, -(ending.length + 1));
      if (name.endsWith(`.${ending}`) && masterIdPattern.test(masterId)) found.set(masterId, ending);
    }
  }
  return found;
}

/** Asks the process that seals with a key to change to another. It closes the key once nothing sealed with it is on its way. */
export async function requestClosing(folder: string, masterId: string): Promise<void> {
  await writeFile(fileOf(folder, masterId, closeRequest), '');
}

export async function isClosingRequested(folder: string, masterId: string): Promise<boolean> {
  return stat(fileOf(folder, masterId, closeRequest)).then(
    () => true,
    () => false,
  );
}

/** Says, durably, that nothing more will be in the log that is sealed with a key and not there yet. */
export async function closeMaster(folder: string, masterId: string): Promise<void> {
  await rename(fileOf(folder, masterId, 'open'), fileOf(folder, masterId, 'master')).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  await rm(fileOf(folder, masterId, closeRequest), { force: true });
  await fsyncFolder(folder);
}

/**
 * Replaces a master key, or the keys of more subjects, by those of some subjects, and destroys what was there. After a crash it has
 * happened or not; `destroyReplaced` destroys what is left.
 */
export async function replaceBySubjects(
  folder: string,
  masterId: string,
  { kept, erased }: Omit<Extract<StoredKeys, { kind: 'subjects' }>, 'kind'>,
): Promise<void> {
  const file = fileOf(folder, masterId, 'keys');
  await writeDurably(`${file}.new`, JSON.stringify({ kept, erased }));
  await rm(`${file}.old`, { force: true });
  await link(file, `${file}.old`).catch(ignoreMissing);
  await rename(`${file}.new`, file);
  await fsyncFolder(folder);
  await destroyReplaced(folder);
}

/** Overwrites and removes what was replaced. Files that a crash left unfinished are removed. */
export async function destroyReplaced(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [masterId = '', ...ending] = name.split('.');
    const file = path.join(folder, name);
    const present = statSync(fileOf(folder, masterId, 'keys'), { throwIfNoEntry: false });
    if (ending.join('.') === 'keys.new') await rm(file, { force: true });
    if (present === undefined || !['open', 'master', 'keys.old'].includes(ending.join('.'))) continue;
    // After a crash between the two steps, it is another name of the file that is still in use.
    if (statSync(file, { throwIfNoEntry: false })?.ino === present.ino) await rm(file, { force: true });
    else await destroy(file);
  }
  await fsyncFolder(folder);
}

async function destroy(file: string): Promise<void> {
  const handle = await open(file, 'r+').catch(ignoreMissing);
  if (handle === undefined) return;
  await whileOpen(handle, async () => {
    const { size } = await handle.stat();
    await handle.write(randomBytes(size), 0, size, 0);
    await handle.sync();
  });
  await rm(file, { force: true });
}

function writeDurably(file: string, text: string): Promise<void> {
  return writeFile(file, text, { mode: 0o600, flush: true });
}

async function fsyncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await whileOpen(handle, () => handle.sync());
}

async function whileOpen(handle: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

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
