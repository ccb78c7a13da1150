import type { UnreadableReason } from '../callbacks/json-object.ts';
import type { Diagnosis, QuarantineCheck } from './quarantine.ts';

/** For the operator: what is wrong and what to do about it, in one sentence each. */
export interface Explanation {
  readonly summary: string;
  readonly advice: string;
}

/** What is wrong with a quarantined callback and what to do about it, without any value of its body. */
export function explain(diagnosis: Diagnosis): Explanation {
  return { summary: summaryOf(diagnosis), advice: adviceOn[diagnosis.check] };
}

function summaryOf({ check, field, secondsOff = 0, unreadable }: Diagnosis): string {
  switch (check) {
    case 'JSON':
      return `${unreadableSummaries[unreadable ?? 'NOT_JSON']}.`;
    case 'SIGN_PRESENT':
      return field === 't'
        ? 'The callback has a sign, but its t is not a whole number, and its URL has no listed token.'
        : 'The callback has no sign, and its URL has no listed token.';
    case 'SIGN_MATCHES':
      return 'The sign of the callback matches none of the callback keys.';
    case 'SIGN_OF_OTHER_DOMAIN':
      return 'The sign of the callback is right for a key, but the key is bound to a domain other than its app.';
    case 'CLOCK':
      return `The sign is right, but t was ${Math.abs(secondsOff)} seconds ${secondsOff < 0 ? 'behind' : 'ahead of'} the clock of this server; at most 900 are allowed.`;
  }
}

/** Why a body is not a JSON object, as sentences without their full stop. */
export const unreadableSummaries: Readonly<Record<UnreadableReason, string>> = {
  EMPTY: 'The body is empty',
  NOT_JSON: 'The body is not JSON',
  NOT_AN_OBJECT: 'The body is JSON, but not an object',
  TOO_DEEP: 'The body is nested deeper than any callback',
};

const adviceOn: Readonly<Record<QuarantineCheck, string>> = {
  JSON: 'It can not be released. Read bodyText, find out who else knows the callback URL with its token, and discard it.',
  SIGN_PRESENT:
    'Relay callbacks are not signed: end the callback URL of the task in a token of CSS_CALLBACK_TOKENS. For others, enter a key of CSS_CALLBACK_KEYS in their callback template in CSS. Release those of your own streams and tasks.',
  SIGN_MATCHES:
    'Compare CSS_CALLBACK_KEYS with the callback key of the template, and add the key that is missing. Release only what you know to be yours: anyone may have sent it.',
  SIGN_OF_OTHER_DOMAIN:
    'If the template with this key also serves this domain, add the key for it (domain=key in CSS_CALLBACK_KEYS), and release.',
  CLOCK:
    'Set the clock of this server by NTP; CSS sends t = its time + 600 seconds. Release what came while the clock was wrong. If the clock was right, an old t may mean that someone repeats a callback they have read.',
};
