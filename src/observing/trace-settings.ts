/** Which spans are sent, and where. From the standard variables of OpenTelemetry. */
export interface TraceSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Attributes of the sender. */
  readonly resource: Readonly<Record<string, string>>;
  /** Share of traces to send, 0 to 1: all spans of a trace or none, alike on every node. */
  readonly ratio: number;
  readonly timeoutMs: number;
  readonly sendEveryMs: number;
}

/** The specification's default for OTLP over HTTP. */
const endpointDefault = 'http://localhost:4318';

/** Reads them from an environment; values not understood become defaults. Signals other than traces are not sent. */
export function readTraceSettings(environment: Readonly<Record<string, string | undefined>>): TraceSettings {
  const text = (...names: readonly string[]) =>
    names.map((name) => environment[name]?.trim() ?? '').find((value) => value !== '') ?? '';
  const ofTraces = (name: string) => text(`OTEL_EXPORTER_OTLP_TRACES_${name}`, `OTEL_EXPORTER_OTLP_${name}`);
  const endpoint = text('OTEL_EXPORTER_OTLP_ENDPOINT');
  const resource = { 'service.name': 'live-ledger', ...readPairs(text('OTEL_RESOURCE_ATTRIBUTES')) };
  const [own, name] = [text('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'), text('OTEL_SERVICE_NAME')];
  return {
    url: own === '' ? `${(endpoint === '' ? endpointDefault : endpoint).replace(/\/+$/, '')}/v1/traces` : own,
    headers: readPairs(ofTraces('HEADERS')),
    resource: name === '' ? resource : { ...resource, 'service.name': name },
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
