import type { UnreadableReason } from '../callback/json-object.ts';
import type { Diagnosis, QuarantineCheck } from './quarantine.ts';

/** A diagnosis in words for the operator. */
export interface Explanation {
  /** What is wrong, in one sentence. */
  readonly summary: string;
  /** What to do about it. */
  readonly advice: string;
}

export function explain(diagnosis: Diagnosis): Explanation {
  return { summary: summaryOf(diagnosis), advice: adviceOn[diagnosis.check] };
}

function summaryOf({ check, field, secondsOff = 0, unreadable }: Diagnosis): string {
  switch (check) {
    case 'JSON':
      return `${unreadableSummaries[unreadable ?? 'NOT_JSON']}.`;
    case 'SIGN_PRESENT':
      return field === 't'
        ? 'The callback has a sign, but no t that is a whole number; and no listed token is in its URL.'
        : 'The callback has no sign, and no listed token is in its URL.';
    case 'SIGN_MATCHES':
      return 'The sign of the callback fits none of the callback keys.';
    case 'SIGN_OF_OTHER_DOMAIN':
      return 'The sign of the callback is right for a key that is bound to another domain than its app.';
    case 'CLOCK':
      return `The sign is right, but t was ${Math.abs(secondsOff)} seconds ${secondsOff < 0 ? 'behind' : 'ahead of'} the clock of this server; at most 900 are taken.`;
  }
}

/** What is wrong with a body that is no JSON object: sentences without their full stop. */
export const unreadableSummaries: Readonly<Record<UnreadableReason, string>> = {
  EMPTY: 'The body is empty',
  NOT_JSON: 'The body is not JSON',
  NOT_AN_OBJECT: 'The body is JSON, but no object',
  TOO_DEEP: 'The body nests deeper than any callback does',
};

const adviceOn: Readonly<Record<QuarantineCheck, string>> = {
  JSON: 'It can not be released. Read bodyText, find out who else has the callback URL with its token, and discard it.',
  SIGN_PRESENT:
    'Relay callbacks are not signed: let the callback URL of the task end in a token of CSS_CALLBACK_TOKENS. Release those that are of your tasks.',
  SIGN_MATCHES:
    'Compare CSS_CALLBACK_KEYS with the callback key of the template, and add the key that is missing. Release only what you know to be yours: anybody may have sent it.',
  SIGN_OF_OTHER_DOMAIN:
    'Add the key for this domain too (domain=key in CSS_CALLBACK_KEYS) where its template serves it, and release.',
  CLOCK:
    'Set the clock of this server by NTP; CSS sends t = its time + 600 seconds. Release what came while the clock was wrong: an old t on a right clock may be a repetition by somebody who read one.',
};
