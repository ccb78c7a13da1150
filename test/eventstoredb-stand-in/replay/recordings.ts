import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../recordings/', import.meta.url));

/** A decoded wire message, as `toObject()` returns it. */
export type Message = Readonly<Record<string, unknown>>;

/** One line of a recording; the recordings' README explains each kind. */
export type RecordedLine =
  | {
      readonly event: 'open' | 'request-end' | 'headers' | 'cancelled by client';
      readonly call: number;
      readonly method: string;
    }
  | {
      readonly event: 'request' | 'response';
      readonly call: number;
      readonly method: string;
      readonly message: Message;
    }
  | {
      readonly event: 'status';
      readonly call: number;
      readonly method: string;
      readonly code: number;
      readonly details: string;
      readonly trailers: Readonly<Record<string, string>>;
    }
  | { readonly note: string }
  | { readonly client: string };

export interface Recording {
  readonly file: string;
  readonly what: string;
  readonly lines: readonly RecordedLine[];
}

/** All recordings in the order in which they were made; each continues from the state that the previous one left. */
export function recordings(): Recording[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  return files.sort().map((file) => {
    const [head, ...lines] = readFileSync(path.join(folder, file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    return { file, what: (head as { what: string }).what, lines: lines as RecordedLine[] };
  });
}
