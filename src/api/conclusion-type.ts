import type { Sureness } from '../kernel/sureness.ts';
import { enumType, objectType, orNull, type FieldDeclarations } from './declare-type.ts';

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

/** A conclusion on its own, beside the field that it is about. */
export const Conclusion = objectType(
  'Conclusion',
  'How sure something is that CSS did not say but Live Ledger concluded, from what, and what else may be true.',
  conclusionFields,
);
export type Conclusion = InstanceType<typeof Conclusion>;
