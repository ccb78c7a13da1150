import type { Span } from '../kernel/spans.ts';

/** As OTLP numbers them. */
const kinds = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4 } as const;
const statusError = 2;

/** The body of a request to `/v1/traces`: OTLP 1.x in JSON, where ids are hex and 64-bit numbers are text. */
export function toOtlpJson(spans: readonly Span[], resource: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'live-ledger' }, spans: spans.map(toOtlpSpan) }],
      },
    ],
  });
}

function toOtlpSpan(span: Span) {
  const { traceId, spanId, parentSpanId, name, kind, startedAtMs, endedAtMs, hasFailed, attributes } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== null && { parentSpanId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: nanosecondsOf(startedAtMs),
    endTimeUnixNano: nanosecondsOf(Math.max(startedAtMs, endedAtMs)),
    attributes: attributesOf(attributes),
    status: hasFailed ? { code: statusError } : {},
  };
}

function attributesOf(attributes: Readonly<Record<string, string | number>>) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
}

/** A double has microseconds of today’s time. */
function nanosecondsOf(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}
