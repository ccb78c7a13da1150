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

/** What is left of an answer while it is written. Characters are counted: each takes at least one byte. */
export class AnswerBudget {
  private left = answerBytesMax;

  /** @throws AnswerTooLarge - and again for whatever would be written after that */
  spend(characters: number): void {
    this.left -= characters;
    if (this.left < 0) throw new AnswerTooLarge();
  }
}

/** UTF-8 takes at most three bytes for a character of a string. @throws AnswerTooLarge */
export function assertTextFits(text: string): void {
  if (text.length * 3 > answerBytesMax && Buffer.byteLength(text) > answerBytesMax) throw new AnswerTooLarge();
}

/** Characters of the data of a result, without those that JSON adds. @throws AnswerTooLarge - as soon as they are too many */
export function lengthOf({ data }: ExecutionResult): number {
  const budget = new AnswerBudget();
  let length = 0;
  const spend = (characters: number) => {
    length += characters;
    budget.spend(characters);
  };
  // Not recursive: a body may nest deeper than the stack allows beside that of its reader.
  const left: unknown[] = [data];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string') spend(value.length);
    else if (typeof value !== 'object' || value === null) spend(1);
    else {
      spend(1);
      for (const [name, inner] of Object.entries(value)) {
        if (!Array.isArray(value)) spend(name.length);
        left.push(inner);
      }
    }
  }
  return length;
}
