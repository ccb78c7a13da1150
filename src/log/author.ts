import { userInfo } from 'node:os';

/** Who did something, as the log names them beside what they did. */
export interface Author {
  /** The name of the token, or of who sent one of an issuer; of a command, the user of the operating system. Null: it has none, or none was needed. */
  readonly name: string | null;
  /** Of a token of an issuer: `iss`. */
  readonly issuer: string | null;
  /** Of a token of an issuer: `sub`. */
  readonly subject: string | null;
  /** In lower case. Null of commands, and of those who were refused. */
  readonly role: string | null;
  /** The address that sent the request: personal data. Of a command, `fromCommandLine`. */
  readonly from: string | null;
}

/** Where commands come from. */
export const fromCommandLine = 'command line';

/** Nobody that is known. */
export const nobody: Author = { name: null, issuer: null, subject: null, role: null, from: null };

/** Who runs a command: the user of the operating system. */
export function commandAuthor(): Author {
  try {
    return { ...nobody, name: userInfo().username, from: fromCommandLine };
  } catch {
    // A user without an entry, as in many containers.
    return { ...nobody, name: `uid ${process.getuid?.() ?? 'unknown'}`, from: fromCommandLine };
  }
}

/** The name by which lists show who did something. */
export function whoOf({ name, subject }: Author): string | null {
  return name ?? subject;
}

/** An author as metadata of events have it, without what is not known. These names never change. `remoteAddress`: exports without secrets hide it. */
export function writeAuthor({ name, issuer, subject, role, from }: Author): Readonly<Record<string, string>> {
  return {
    ...(name !== null && { by: name }),
    ...(issuer !== null && { issuer }),
    ...(subject !== null && { subject }),
    ...(role !== null && { role }),
    ...(from !== null && { remoteAddress: from }),
  };
}

/** The author that metadata name; what is not a text is not known. */
export function readAuthor(metadata: Readonly<Record<string, unknown>>): Author {
  const textOf = (key: string) => {
    const value = metadata[key];
    return typeof value === 'string' ? value : null;
  };
  return {
    name: textOf('by'),
    issuer: textOf('issuer'),
    subject: textOf('subject'),
    role: textOf('role'),
    from: textOf('remoteAddress'),
  };
}
