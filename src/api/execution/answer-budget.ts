import type { ExecutionResult } from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';

/**
 * Bytes of one answer: 10,000 nodes, as many as an operation may touch, of 1,600 bytes each. Whoever needs more asks for
 * pages, or for an export, which is sent as it is read.
 */
export const answerBytesMax = 16 * 1024 * 1024;

/** The answer is longer than `answerBytesMax`: no execution of the same operation would be shorter. */
export class AnswerTooLarge extends LedgerError {
  constructor() {
    super(
      'OPERATION_TOO_COSTLY',
      `The answer would have more than ${answerBytesMax} bytes. Ask for smaller pages, or for less of each node.`,
    );
  }
}

/** Bytes that a character of a string takes at most as JSON: `\u0000` has six. */
const bytesOfCharacterMax = 6;

/**
 * Characters of the data of a result as JSON, without escapes. Strings of a result are shared with rows, and as JSON each
 * is written wherever it is selected: so they are counted before anything is written.
 * @throws AnswerTooLarge
 */
export function lengthOf({ data }: ExecutionResult): number {
  let length = 0;
  // Not recursive: a body may nest deeper than the stack allows beside that of its reader.
  const left: unknown[] = [data];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string') length += value.length + quotesAndComma;
    else if (typeof value !== 'object' || value === null) length += String(value).length + 1;
    else if (Array.isArray(value)) {
      length += bracketsAndComma;
      for (const entry of value as readonly unknown[]) left.push(entry);
    } else {
      length += bracketsAndComma;
      for (const name of Object.keys(value)) {
        length += name.length + quotesAndComma;
        left.push((value as Readonly<Record<string, unknown>>)[name]);
      }
    }
    if (length > answerBytesMax) throw new AnswerTooLarge();
  }
  const mayBeTooLarge = length * bytesOfCharacterMax > answerBytesMax;
  if (mayBeTooLarge && Buffer.byteLength(JSON.stringify(data)) > answerBytesMax) throw new AnswerTooLarge();
  return length;
}

/** Of a string, and of a name before its colon. */
const quotesAndComma = 3;

const bracketsAndComma = 3;
