import { hash, randomBytes } from 'node:crypto';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';

/** A completed part of a trace. Attributes name no stream, account or URL. */
export interface Span {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER';
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly hasFailed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

type SpanTimes = Pick<Span, 'startedAtMs' | 'endedAtMs'>;
type SpanFacts = Pick<Span, 'name' | 'kind'> & Partial<Pick<Span, 'hasFailed' | 'attributes'>>;

const channelName = 'live-ledger.spans';
const spans = channel(channelName);

/** Whether anything takes spans in this thread; if not, nothing need be measured for them. */
export function isTraced(): boolean {
  return spans.hasSubscribers;
}

/** Takes all spans of this thread from now on, until the returned function is called. */
export function subscribeToSpans(take: (span: Span) => void): () => void {
  const receive = (span: unknown) => take(span as Span);
  subscribe(channelName, receive);
  return () => {
    unsubscribe(channelName, receive);
  };
}

/** Now, in milliseconds since 1970, with fractions. */
export function spanNowMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * A span in the trace of one event. The trace has the event's id, and its first span an id derived from that, so threads
 * and nodes that handle the event at any time add to one trace without passing anything on.
 */
export function traceEvent(eventId: string, facts: SpanFacts & { readonly isFirst?: true }, times: SpanTimes): void {
  const { isFirst, ...rest } = facts;
  const hex = eventId.replaceAll('-', '').toLowerCase();
  const digest = hash('sha256', eventId);
  const traceId = /^[0-9a-f]{32}$/.test(hex) ? hex : digest.slice(0, 32);
  const firstId = digest.slice(32, 48);
  const ids =
    isFirst === true ? { spanId: firstId, parentSpanId: null } : { spanId: newSpanId(), parentSpanId: firstId };
  publish({ traceId, ...ids }, rest, times);
}

/** A client's request, in the trace of its header `traceparent` if it has one. */
export function traceRequest(traceparent: string | undefined, facts: SpanFacts, times: SpanTimes): void {
  const [, traceId = randomBytes(16).toString('hex'), parentSpanId = null] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceparent ?? '') ?? [];
  publish({ traceId, spanId: newSpanId(), parentSpanId }, facts, times);
}

function publish(ids: Pick<Span, 'traceId' | 'spanId' | 'parentSpanId'>, facts: SpanFacts, times: SpanTimes): void {
  spans.publish({ hasFailed: false, attributes: {}, ...ids, ...facts, ...times } satisfies Span);
}

function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** Whether the standard variables of OpenTelemetry request traces: they name an exporter or an endpoint. */
export function wantsTraces(environment: Readonly<Record<string, string | undefined>>): boolean {
  const exporter = environment['OTEL_TRACES_EXPORTER']?.trim() ?? '';
  if (environment['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return false;
  if (exporter !== '') return exporter.split(',').includes('otlp');
  return ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'].some(
    (name) => (environment[name]?.trim() ?? '') !== '',
  );
}
