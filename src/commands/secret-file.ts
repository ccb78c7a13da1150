import { readFileSync, statSync } from 'node:fs';

/** Bytes of a file of secrets: a thousand long ones. A log or a disk named by mistake is not read to its end. */
const secretFileBytesMax = 64 * 1024;

/**
 * The list in a file of secrets: entries separated by commas or line ends.
 * @throws Error - why it can't be read, without anything of what it holds
 */
export function readSecretFile(file: string): string {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > secretFileBytesMax) throw new Error(`it has more than ${secretFileBytesMax} bytes`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`the file can not be read: ${code ?? message}`, { cause: error });
  }
  const list = text.replace(/\r?\n/g, ',');
  // An empty file would switch a protection off in silence.
  if (list.replaceAll(',', '').trim() === '') throw new Error('the file holds no entry');
  return list;
}
