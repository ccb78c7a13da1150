import { randomUUID } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { isTraced, spanNowMs, traceEvent } from '../kernel/spans.ts';
import { contentTypeToKeep, writeArrival, type Signature } from '../callbacks/arrival.ts';
import { interpret, sendableFromMs, type Callback } from '../callbacks/callback.ts';
import { nameEvent } from '../callbacks/event-naming.ts';
import { parseJsonObject, type UnreadableReason } from '../callbacks/json-object.ts';
import { unreadableSummaries, type Diagnosis, type QuarantineReason } from '../quarantine/quarantine.ts';
import { type EventStore, StoreOverloaded, StoreUnavailable } from '../log/event-store.ts';
import type { Quarantine } from '../quarantine/keeping/quarantine-log.ts';
import { judgeAuthenticity, type AuthenticitySettings } from './authenticity.ts';
import type { RejectionLog } from './rejection-log.ts';
import { LedgerError, type ErrorCode } from '../kernel/errors.ts';

/** One callback as a transport received it. */
export interface IncomingCallback {
  /** The body, byte for byte as it was sent. */
  readonly body: Uint8Array;
  /** The last segment of the URL, if there is one. */
  readonly token: string | null;
  readonly remoteAddress: string;
  /** As sent, if it was. */
  readonly contentType?: string | undefined;
}

/** The outcome of a stored callback, for metrics. One that is not stored is an error, counted where it is answered. */
export type ReceiptOutcome =
  | {
      readonly kind: 'ACCEPTED';
      readonly receivedAtMs: number;
      /** When CSS can first have sent it, by its clock; null if unknown. */
      readonly sendableFromMs: number | null;
    }
  | { readonly kind: 'QUARANTINED'; readonly reason: QuarantineReason };

interface ReceiverOptions {
  readonly append: EventStore['append'];
  readonly quarantine: Pick<Quarantine, 'keep'>;
  readonly authenticity: AuthenticitySettings;
  readonly clock: Clock;

  readonly rejections: Pick<RejectionLog, 'note'>;
  /** Called once for each callback that is stored. */
  readonly onOutcome?: (outcome: ReceiptOutcome) => void;
  /** Called for each callback that could not be made durable. */
  readonly onNotStored?: (cause: 'STORE_UNAVAILABLE' | 'STORE_OVERLOADED') => void;
}

/** The endpoint of callbacks, without a transport. */
export class Receiver {
  constructor(private readonly options: ReceiverOptions) {}

  /**
   * Records a callback, or quarantines it if it does not prove itself, and resolves once it is durable: only then may the
   * transport answer 200. Nothing else is decided on write; readers decide whether it is a redelivery, and of what.
   * @throws LedgerError - nothing is stored, unless the message says otherwise. BODY_UNREADABLE: sending it again changes
   * nothing. NOT_AUTHENTIC: nothing proves it, and the quarantine is full. QUARANTINE_FULL, STORE_OVERLOADED or
   * STORE_UNAVAILABLE: it may be sent again
   */
  async receive(incoming: IncomingCallback): Promise<void> {
    const { authenticity, clock, rejections, onNotStored } = this.options;
    const receivedAtMs = clock();
    const decision = decide(authenticity, incoming, receivedAtMs);
    try {
      if (decision.kind === 'REFUSE') throw decision.refusal;
      if (decision.kind === 'QUARANTINE') await this.keep(incoming, decision, receivedAtMs);
      else await this.record(incoming, decision, receivedAtMs);
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal === null) throw error;
      const { code } = refusal;
      if (code === 'STORE_UNAVAILABLE' || code === 'STORE_OVERLOADED') onNotStored?.(code);
      const { share, ...fields } = refusal.details;
      const kind = typeof share === 'string' ? `${code} ${share}` : code;
      rejections.note({ outcome: 'REFUSED', kind, fields });
      throw refusal;
    }
  }

  private async record(
    { body, remoteAddress, contentType: sent }: IncomingCallback,
    { callback, signature }: Extract<Decision, { kind: 'RECORD' }>,
    receivedAtMs: number,
  ): Promise<void> {
    const { streamName, eventType } = nameEvent(callback);
    const contentType = contentTypeToKeep(sent);
    const metadata = writeArrival({ receivedAtMs, signature, remoteAddress, contentType });
    const event = { eventId: randomUUID(), type: eventType, data: body, metadata };
    const startedAtMs = isTraced() ? spanNowMs() : 0;
    await this.options.append(streamName, [event], 'any');
    if (isTraced()) traceAppended(event, { receivedAtMs, startedAtMs });
    this.options.onOutcome?.({ kind: 'ACCEPTED', receivedAtMs, sendableFromMs: sendableFromMs(callback) });
  }

  private async keep(
    { body, remoteAddress, contentType: sent }: IncomingCallback,
    { reason, signature, diagnosis }: Extract<Decision, { kind: 'QUARANTINE' }>,
    receivedAtMs: number,
  ): Promise<void> {
    const { quarantine, rejections, onOutcome } = this.options;
    const eventId = randomUUID();
    const arrival = { receivedAtMs, signature, remoteAddress, contentType: contentTypeToKeep(sent) };
    const kept = await quarantine.keep({ eventId, reason, diagnosis, body, ...arrival });
    if (kept === 'BUSY') throw quarantineBusy(reason);
    if (kept === 'FULL') throw quarantineFull(reason);
    const { check, field } = diagnosis;
    rejections.note({ outcome: 'QUARANTINED', kind: `${reason} ${check}`, fields: { field } });
    onOutcome?.({ kind: 'QUARANTINED', reason });
  }
}

/** From the arrival of the request until it is durable; and the append alone. */
function traceAppended(
  { eventId, type }: { readonly eventId: string; readonly type: string },
  { receivedAtMs, startedAtMs }: { readonly receivedAtMs: number; readonly startedAtMs: number },
): void {
  const endedAtMs = spanNowMs();
  const attributes = { 'live_ledger.event_type': type };
  const whole = { startedAtMs: receivedAtMs, endedAtMs };
  traceEvent(eventId, { name: 'receive callback', kind: 'SERVER', isFirst: true, attributes }, whole);
  traceEvent(eventId, { name: 'append', kind: 'INTERNAL' }, { startedAtMs, endedAtMs });
}

type Decision =
  | { readonly kind: 'RECORD'; readonly signature: Signature; readonly callback: Callback }
  | {
      readonly kind: 'QUARANTINE';
      readonly reason: QuarantineReason;
      readonly signature: Signature;
      readonly diagnosis: Diagnosis;
    }
  | { readonly kind: 'REFUSE'; readonly refusal: Error };

/** Refuses only a body that is no JSON object and came without a listed token: it could never be proved later. */
function decide(
  settings: AuthenticitySettings,
  { body, token }: Pick<IncomingCallback, 'body' | 'token'>,
  nowMs: number,
): Decision {
  const parsed = parseJsonObject(body);
  const credentials = { body: parsed.ok ? parsed.object : null, token };
  const { signature, diagnosis } = judgeAuthenticity(settings, credentials, nowMs);
  if (!parsed.ok) {
    const { reason: unreadable } = parsed;
    if (signature !== 'TOKEN') return { kind: 'REFUSE', refusal: bodyUnreadable(unreadable) };
    const notJson = { check: 'JSON', field: 'body', unreadable } as const;
    return { kind: 'QUARANTINE', reason: 'UNREADABLE', signature, diagnosis: notJson };
  }
  if (diagnosis === null) return { kind: 'RECORD', signature, callback: interpret(parsed.object) };
  return { kind: 'QUARANTINE', reason: reasonOf(signature), signature, diagnosis };
}

function reasonOf(signature: Signature): QuarantineReason {
  if (signature === 'EXPIRED') return 'EXPIRED';
  return signature === 'UNSIGNED' ? 'UNPROVEN' : 'FORGED';
}

/** The refusal of a body that is not a JSON object and came without a listed token. */
function bodyUnreadable(reason: UnreadableReason): LedgerError {
  const message = `${unreadableSummaries[reason]}; send the JSON object of the callback.`;
  return new LedgerError('BODY_UNREADABLE', message, { reason });
}

/**
 * The codes of a callback that the quarantine does not take: where it is full, and where too much of the sender waits. 401
 * only for callbacks without any proof: a right signature, or a token in the URL, never gets the answer for none.
 */
export const quarantineRefusalCodes = {
  FORGED: { full: 'NOT_AUTHENTIC', busy: 'QUARANTINE_FULL' },
  UNPROVEN: { full: 'NOT_AUTHENTIC', busy: 'QUARANTINE_FULL' },
  EXPIRED: { full: 'QUARANTINE_FULL', busy: 'QUARANTINE_FULL' },
  UNREADABLE: { full: 'QUARANTINE_FULL', busy: 'QUARANTINE_FULL' },
} as const satisfies Record<QuarantineReason, { readonly full: ErrorCode; readonly busy: ErrorCode }>;

const whyQuarantined: Readonly<Record<QuarantineReason, string>> = {
  FORGED:
    'The sign of the callback matches none of the callback keys of its domain: the operator adds the key of the callback template to CSS_CALLBACK_KEYS.',
  UNPROVEN:
    'The callback has neither sign and t nor a listed token in its URL: the operator ends the callback URL in a token of CSS_CALLBACK_TOKENS.',
  EXPIRED:
    'The t of the callback is more than 900 seconds from the clock of this server: the operator sets the clock by NTP.',
  UNREADABLE: 'The body is not a JSON object: send the JSON object that CSS sends.',
};

/** The refusal of a callback that the quarantine has no room for; `share` in its details is the reason. */
function quarantineFull(reason: QuarantineReason): LedgerError {
  const message = `${whyQuarantined[reason]} The quarantine for such callbacks is full, and its oldest are being removed; send it again later.`;
  return new LedgerError(quarantineRefusalCodes[reason].full, message, { share: reason });
}

/** The refusal of a callback whose sender has too much waiting to be stored. */
function quarantineBusy(reason: QuarantineReason): LedgerError {
  const message = `${whyQuarantined[reason]} The quarantine has room, but too many such callbacks of this sender are waiting for the disk; send it again later.`;
  return new LedgerError(quarantineRefusalCodes[reason].busy, message, { share: reason });
}

/** The refusal that answers an error; null if the error is a fault. */
function toRefusal(error: unknown): LedgerError | null {
  if (error instanceof LedgerError) return error;
  if (!(error instanceof StoreOverloaded || error instanceof StoreUnavailable)) return null;
  const code = error instanceof StoreOverloaded ? 'STORE_OVERLOADED' : 'STORE_UNAVAILABLE';
  const mayBeStored = error instanceof StoreUnavailable && error.mayBeStored;
  const message = mayBeStored
    ? 'The callback was not made durable in time and may be stored or not; send it again.'
    : 'The callback could not be made durable and was not stored; send it again.';
  return new LedgerError(code, message, { reason: error.message }, { cause: error });
}
