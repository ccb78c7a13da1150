import { closeSync, fdatasync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ProposedEvent } from './stored-event.ts';

/** One append on disk, as one line of JSON: a line torn by a kill is incomplete and counts as never written. */
export interface AppendedLine {
  readonly streamName: string;
  readonly firstRevision: string;
  readonly createdTicks: string;
  readonly events: readonly ProposedEvent[];
}

const sync = promisify(fdatasync);

/** The first line, which keeps any event from having position 0. */
const opening = `${JSON.stringify({ log: 'of a stand-in for EventStoreDB' })}\n`;

/** The file with all appends, in order. An append's position is the start of its line. */
export class LogFile {
  readonly #descriptor: number;
  #size: number;

  /** Opens or creates it, passes every whole line to `onLine`, and cuts off a torn one. */
  constructor(folder: string, onLine: (position: number, line: AppendedLine) => void) {
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'log.jsonl');
    this.#descriptor = openSync(file, 'a+');
    const bytes = readFileSync(file);
    this.#size = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, this.#size)) {
      if (this.#size > 0) {
        onLine(this.#size, JSON.parse(bytes.toString('utf8', this.#size, end)) as AppendedLine);
      }
      this.#size = end + 1;
    }
    ftruncateSync(this.#descriptor, this.#size);
    if (this.#size === 0) this.#write(opening);
    fsyncSync(this.#descriptor);
  }

  /** The offset where the next line will begin. */
  get end(): number {
    return this.#size;
  }

  /** Writes one line without making it durable. */
  append(line: AppendedLine): void {
    this.#write(`${JSON.stringify(line)}\n`);
  }

  /** Resolves once everything written is durable. */
  async sync(): Promise<void> {
    await sync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    writeSync(this.#descriptor, bytes);
    this.#size += bytes.length;
  }
}
