/** What codes of the operating system and of SQLite say about the disk, and what to do. The first that fits counts. */
const faults: readonly (readonly [RegExp, string])[] = [
  [
    /^(ENOSPC|EDQUOT|EFBIG|SQLITE_FULL)/,
    'The disk of DATA_DIR is full, or the quota of this user is used up. Free some space, or enlarge the disk. Nothing that was answered with 200 is lost; do not delete files in DATA_DIR by hand.',
  ],
  [
    /^(EROFS|SQLITE_READONLY)/,
    'DATA_DIR cannot be written. Mount its disk writable, and give this user the rights to its files.',
  ],
  [
    /^(EIO|SQLITE_IOERR)/,
    'The disk of DATA_DIR reports an error: it is full, at a limit on the size of files, taken away, or broken. See the free space and the log of the operating system.',
  ],
];

/** Links of a chain of causes that are looked at. */
const causesMax = 10;

/** What is wrong with the disk and what to do, if an error or one of its causes is about that; else null. */
export function describeDiskFault(error: unknown): string | null {
  let cause = error;
  for (let depth = 0; depth < causesMax && cause instanceof Error; depth += 1) {
    const code = String((cause as NodeJS.ErrnoException).code);
    const fault = faults.find(([codes]) => codes.test(code));
    if (fault !== undefined) return fault[1];
    cause = cause.cause;
  }
  return null;
}
