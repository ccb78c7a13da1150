import type { Sureness } from '../kernel/sureness.ts';
import { enumType, orNull, type FieldDeclarations } from './declare-type.ts';

export const SurenessEnum = enumType<Sureness>(
  'Sureness',
  'How sure a statement is that CSS did not make itself but Live Ledger concluded.',
  {
    CERTAIN: 'It follows from values that CSS gives for this purpose, such as a sequence or a task id.',
    LIKELY: 'Everything recorded fits it, and nothing recorded fits another reading better.',
    POSSIBLE: 'Something else fits as well: see `alternative`.',
  },
);

/** The fields of every type that states a conclusion. */
export const conclusionFields = {
  sureness: [SurenessEnum, 'How sure this is.'],
  because: [String, 'What it was concluded from, in one sentence.'],
  alternative: [orNull(String), 'What else may be true, in one sentence. Null if nothing else is known that fits.'],
} as const satisfies FieldDeclarations;
