import {
  fullInSeconds,
  quarantineBytesMax,
  quarantineReasons,
  type QuarantineReason,
} from '../../quarantine/quarantine.ts';
import type { AlertSubject } from '../alert-events.ts';
import type { QuarantineShareRow } from '../../quarantine/quarantine-fields.ts';
import { list, word } from '../../settings/json-settings.ts';
import { alertKind, threshold } from '../alert-rule.ts';
import { firstRows, keyOf } from './findings.ts';

/** What to do about callbacks of a reason: then nothing that is in quarantine is lost. */
const advice: Readonly<Record<QuarantineReason, string>> = {
  FORGED: 'If a key was changed in CSS, add the new key, then release. Otherwise someone forges callbacks: discard.',
  UNPROVEN: 'If they are yours, add the new key or a token to what sends them, then release.',
  EXPIRED: 'Set the clock of the service, then release.',
  UNREADABLE: 'Find out who else knows the callback URL with its token, then discard.',
};

/** Callbacks of the last five minutes from which on they count as arriving: more than the stray requests of a scan. */
export const arrivingLeast = 10;

/** Callbacks in quarantine that are counted at each evaluation: a few milliseconds of work. */
const thresholdMax = 20_000;

/** Seconds until a quarantine is full that leave an operator time to act. */
const fullSoonSeconds = 3_600;

/**
 * For each reason: that at least `threshold` callbacks wait in quarantine; that they arrive now, which begins anew each time,
 * though others have waited for weeks; and that their quarantine fills.
 */
export const quarantined = alertKind({
  when: 'QUARANTINE',
  description: 'Quarantined callbacks that wait for a decision.',
  settings: {
    reasons: list(word(quarantineReasons), quarantineReasons.length)
      .describe('Why they are in quarantine.')
      .default([...quarantineReasons]),
    threshold: threshold('Callbacks of a reason from which on there is an alert.', 1, thresholdMax),
  },
  openFind({ reasons, threshold: least }, { readModel }) {
    /** Null if too many would have to be examined. */
    const areWaiting = (reason: string): boolean | null => {
      const { total } = readModel.quarantined({
        condition: {
          and: [
            { field: 'reason', operator: 'eq', value: reason },
            { field: 'status', operator: 'eq', value: 'HELD' },
          ],
        },
        order: { by: 'RECORDED', descending: true },
        ...firstRows(1, least),
      });
      if (total === null || total.rows >= least) return total !== null;
      return total.cappedBy === null ? false : null;
    };
    return (nowMs) => {
      const looked = reasons.map((reason) => ({ reason, waiting: areWaiting(reason) }));
      const unknown = new Set(looked.flatMap(({ reason, waiting }) => (waiting === null ? [keyOf(reason)] : [])));
      const waiting = looked.flatMap(({ reason, waiting: are }) =>
        are === true ? [waitingSubject(reason, least)] : [],
      );
      const shares = readModel.quarantine.shares(nowMs).filter(({ reason }) => reasons.includes(reason));
      const current = [...waiting, ...shares.flatMap((share) => [...arriving(share, least), ...filling(share)])];
      return Promise.resolve({ current, isUnknown: (key) => unknown.has(key) });
    };
  },
});

function waitingSubject(reason: QuarantineReason, least: number): AlertSubject {
  const what = least === 1 ? 'callbacks' : `${least} callbacks or more`;
  return {
    key: keyOf(reason),
    summary: `In quarantine: ${what} with the reason ${reason}. ${advice[reason]}`,
    facts: { reason },
  };
}

function arriving({ reason, recentEvents }: QuarantineShareRow, least: number): AlertSubject[] {
  if (recentEvents < Math.max(arrivingLeast, least)) return [];
  const summary = `Callbacks keep arriving in quarantine with the reason ${reason}. ${advice[reason]}`;
  return [{ key: keyOf('ARRIVING', reason), summary, facts: { reason, what: 'ARRIVING' } }];
}

/** Half full, or full within the hour at the present rate. */
export function filling({ reason, bytes, bytesPerSecond }: QuarantineShareRow): AlertSubject[] {
  const bytesMax = quarantineBytesMax[reason];
  const seconds = fullInSeconds({ bytes, bytesPerSecond }, bytesMax);
  if (bytes * 2 < bytesMax && (seconds === null || seconds > fullSoonSeconds)) return [];
  const consequence = 'Once it is full, whoever has sent most loses the oldest.';
  const summary = `The quarantine for the reason ${reason} fills: it is half full, or will be full within the hour. ${consequence} ${advice[reason]}`;
  return [{ key: keyOf('FILLING', reason), summary, facts: { reason, what: 'FILLING' } }];
}
