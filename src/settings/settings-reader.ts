import { closeSync, openSync, readSync } from 'node:fs';

/** Some settings are wrong: `problems` has one line for each, with the setting's name and without its value. */
export class SettingsInvalid extends Error {
  override readonly name = 'SettingsInvalid';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Reads settings from text, and collects all their problems instead of stopping at the first. */
export class SettingsReader<Name extends string> {
  private readonly problems: string[] = [];

  /** `textOf` returns the default if a setting is not set; `labelOf`, its name in messages. */
  constructor(
    readonly textOf: (name: Name) => string,
    private readonly labelOf: (name: Name) => string = (name) => name,
  ) {}

  /**
   * The setting as `parse` reads it. If `parse` throws, that is a problem, and `otherwise` is returned. The message must
   * not quote the text: it may be a secret.
   */
  read<Value>(name: Name, parse: (text: string) => Value, otherwise: Value): Value {
    try {
      return parse(this.textOf(name));
    } catch (error) {
      this.problems.push(`${this.labelOf(name)}: ${(error as Error).message}`);
      return otherwise;
    }
  }

  /**
   * The same for a list, usually of secrets, that may be in a file instead: `fileName` is the setting that names the file.
   * Line ends in the file count as commas. Setting both is a problem.
   */
  readList<Value>(
    { name, fileName }: { readonly name: Name; readonly fileName: Name },
    parse: (text: string) => Value,
    otherwise: Value,
  ): Value {
    if (this.textOf(fileName) === '') return this.read(name, parse, otherwise);
    const parseFile = (file: string) => {
      if (this.textOf(name) !== '') throw new Error(`is set beside ${this.labelOf(name)}; set one of them`);
      return parse(readListFile(file));
    };
    return this.read(fileName, parseFile, otherwise);
  }

  addProblems(problems: Iterable<string>): void {
    this.problems.push(...problems);
  }

  /** @throws SettingsInvalid - with all problems so far, in the order in which they were found */
  assertValid(): void {
    if (this.problems.length > 0) throw new SettingsInvalid(this.problems);
  }
}

/** Bytes of a list file: enough for a thousand long secrets. A log or device named by mistake is not read to its end. */
const listFileBytesMax = 64 * 1024;

/** The list in a file, in the form of the variable. Errors say why the file can't be read, and quote nothing. */
function readListFile(file: string): string {
  const list = readTextFile(file, listFileBytesMax).replace(/\r?\n/g, ',');
  // An empty file would silently disable a protection.
  if (list.replaceAll(',', '').trim() === '') throw new Error('the file holds no entry');
  return list;
}

/**
 * The text of a file, which may be a pipe. Ignores the size: a device that never ends reports none.
 * @throws Error - why it can't be read, quoting nothing
 */
export function readTextFile(file: string, bytesMax: number): string {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, 'r');
    const bytes = Buffer.alloc(bytesMax + 1);
    let [length, read] = [0, -1];
    while (read !== 0 && length <= bytesMax) {
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
      length += read;
    }
    if (length > bytesMax) throw new Error(`it has more than ${bytesMax} bytes`);
    return bytes.toString('utf8', 0, length);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`the file can not be read: ${code ?? message}`, { cause: error });
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** The entries of a comma-separated setting, trimmed, without empty ones. */
export function splitList(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
