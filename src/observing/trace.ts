import type { Logger } from '../kernel/logger.ts';
import { subscribeToSpans, type Span } from '../kernel/spans.ts';

/** Which spans are sent, and where. From the standard variables of OpenTelemetry. */
type TraceSettings = ReturnType<typeof readTraceSettings>;

/** The specification's default for OTLP over HTTP. */
const endpointDefault = 'http://localhost:4318';

/** Reads them from an environment; values not understood become defaults. Signals other than traces are not sent. */
export function readTraceSettings(environment: Readonly<Record<string, string | undefined>>) {
  const text = (...names: readonly string[]) =>
    names.map((name) => environment[name]?.trim() ?? '').find((value) => value !== '') ?? '';
  const ofTraces = (name: string) => text(`OTEL_EXPORTER_OTLP_TRACES_${name}`, `OTEL_EXPORTER_OTLP_${name}`);
  const endpoint = text('OTEL_EXPORTER_OTLP_ENDPOINT');
  const resource = { 'service.name': 'live-ledger', ...readPairs(text('OTEL_RESOURCE_ATTRIBUTES')) };
  const [own, name] = [text('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'), text('OTEL_SERVICE_NAME')];
  return {
    url: own === '' ? `${(endpoint === '' ? endpointDefault : endpoint).replace(/\/+$/, '')}/v1/traces` : own,
    headers: readPairs(ofTraces('HEADERS')),
    /** Attributes of the sender. */
    resource: name === '' ? resource : { ...resource, 'service.name': name },
    /** Share of traces to send, 0 to 1: all spans of a trace or none, alike on every node. */
    ratio: readRatio(text('OTEL_TRACES_SAMPLER'), text('OTEL_TRACES_SAMPLER_ARG')),
    timeoutMs: readMs(ofTraces('TIMEOUT'), 10_000),
    sendEveryMs: readMs(text('OTEL_BSP_SCHEDULE_DELAY'), 5_000),
  };
}

/** `name=value` pairs, comma-separated, values percent-encoded. */
function readPairs(list: string): Record<string, string> {
  const pairs = list.split(',').map((pair) => pair.split('='));
  return Object.fromEntries(
    pairs.flatMap(([name = '', ...value]) =>
      name.trim() === '' ? [] : [[name.trim(), decoded(value.join('=').trim())]],
    ),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readRatio(sampler: string, argument: string): number {
  if (sampler.endsWith('always_off')) return 0;
  if (!sampler.endsWith('traceidratio')) return 1;
  const ratio = Number(argument);
  return argument !== '' && ratio >= 0 && ratio <= 1 ? ratio : 1;
}

function readMs(text: string, fallback: number): number {
  const ms = Number(text);
  return Number.isSafeInteger(ms) && ms > 0 ? ms : fallback;
}

/** Most spans that wait, and that one request has: the specification's defaults. Any more are dropped. */
const queueMax = 2_048;
const requestSpansMax = 512;

/** Milliseconds that stopping waits for the collector: with all else that ends then, well below the process's limit. */
const closeMsMax = 1_500;

export type Tracing = ReturnType<typeof startTracing>;

/**
 * Takes the spans of this thread from now on, and sends them every few seconds by OTLP over HTTP, in JSON. Nothing waits
 * for that. Spans that can't be sent are lost, which is logged once until sending works again.
 */
export function startTracing(environment: Readonly<Record<string, string | undefined>>, logger: Pick<Logger, 'warn'>) {
  const settings = readTraceSettings(environment);
  const waiting: Span[] = [];
  const closing = new AbortController();
  let isFailing = false;
  let sending: Promise<void> | null = null;

  const stopTaking = subscribeToSpans((span) => {
    if (waiting.length < queueMax && isSampled(span, settings)) waiting.push(span);
  });
  const timer = setInterval(() => {
    // One request at a time: until it is answered, other spans stay in the bounded queue.
    sending ??= sendWaiting().finally(() => {
      sending = null;
    });
  }, settings.sendEveryMs).unref();

  /** Sends what waits now. The rest is sent the next time, in fewer requests. */
  async function sendWaiting(): Promise<void> {
    for (let left = waiting.length; left > 0 && !closing.signal.aborted; left -= requestSpansMax) {
      await send(waiting.splice(0, requestSpansMax));
    }
  }

  async function send(spans: readonly Span[]): Promise<void> {
    const status = await post(settings, toOtlpJson(spans, settings.resource), closing.signal);
    const hasFailed = status === null || status >= 300;
    // Not the URL, which may contain a secret.
    if (hasFailed && !isFailing) logger.warn({ status }, 'traces could not be sent; they are dropped until that works');
    isFailing = hasFailed;
  }

  return {
    /** Sends waiting spans, and stops: within 1.5 seconds, after which the rest are dropped. */
    async close(): Promise<void> {
      clearInterval(timer);
      stopTaking();
      const deadline = setTimeout(() => closing.abort(), closeMsMax);
      await sending;
      await sendWaiting();
      clearTimeout(deadline);
    },
  };
}

/** The status of the response; null if there was none. */
async function post(
  { url, headers, timeoutMs }: TraceSettings,
  body: string,
  closing: AbortSignal,
): Promise<number | null> {
  const request = new AbortController();
  const cancel = () => request.abort();
  const timer = setTimeout(cancel, timeoutMs);
  closing.addEventListener('abort', cancel, { once: true });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      signal: request.signal,
      redirect: 'error',
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    closing.removeEventListener('abort', cancel);
  }
}

/** Decides by trace id, so that all threads and nodes decide alike. */
function isSampled({ traceId }: Span, { ratio }: TraceSettings): boolean {
  return ratio === 1 || Number.parseInt(traceId.slice(-8), 16) / 2 ** 32 < ratio;
}

/** OTLP's numbers. */
const kinds = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4 } as const;
const statusError = 2;

/** The body of a request to `/v1/traces`: OTLP 1.x in JSON, where ids are hex and 64-bit numbers are text. */
function toOtlpJson(spans: readonly Span[], resource: Readonly<Record<string, string>>): string {
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

/** A double has today’s time to the µs. */
function nanosecondsOf(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}
