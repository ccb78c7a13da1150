import { open, stat } from 'node:fs/promises';

/** Milliseconds between two checks of the file. Changes by others are noticed within this time, even without a query. */
const lookEveryMs = 1_000;

/** The first bytes of every SQLite file. */
const magic = Buffer.from('SQLite format 3\0');

/**
 * Checks a SQLite file that never shrinks, and reports the first problem: it is gone, another file has its name, it became
 * shorter, or its first bytes are not SQLite's. Returns a function that ends the watch.
 */
export function watchFile(file: string, onDamaged: (reason: string) => void): () => void {
  let stopped = false;
  let known: { readonly ino: number; readonly size: number } | null = null;
  const stop = () => {
    stopped = true;
    clearInterval(timer);
  };
  const look = async () => {
    const { ino, size } = await stat(file);
    const problem =
      known !== null && known.ino !== ino
        ? 'another file has its name'
        : known !== null && size < known.size
          ? 'the file became shorter'
          : (await beginsAsSqlite(file))
            ? null
            : 'the file is not a database any more';
    known = { ino, size };
    return problem;
  };
  const check = async () => {
    const problem = await look().catch((error: unknown) =>
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'the file is gone' : null,
    );
    if (problem === null || stopped) return;
    stop();
    onDamaged(problem);
  };
  const timer = setInterval(() => void check(), lookEveryMs);
  void check();
  return stop;
}

async function beginsAsSqlite(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return buffer.equals(magic);
  } finally {
    await handle.close();
  }
}
