import { expect, test } from '@jest/globals';
import { wantsTraces } from '../../src/kernel/spans.ts';
import { readTraceSettings } from '../../src/observing/trace.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

test.each([
  ['nothing', {}, false],
  ['an endpoint', endpoint, true],
  ['an endpoint of traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/x' }, true],
  ['an exporter', { OTEL_TRACES_EXPORTER: 'otlp' }, true],
  ['another exporter', { OTEL_TRACES_EXPORTER: 'zipkin', ...endpoint }, false],
  ['no exporter', { OTEL_TRACES_EXPORTER: 'none', ...endpoint }, false],
  ['a disabled SDK', { OTEL_SDK_DISABLED: 'TRUE', ...endpoint }, false],
  ['empty variables', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ', OTEL_TRACES_EXPORTER: '' }, false],
])('with %s, whether traces are wanted', (_name, environment, wanted) => {
  expect(wantsTraces(environment)).toBe(wanted);
});

test('without more, all traces go to the default endpoint', () => {
  expect(readTraceSettings({ OTEL_TRACES_EXPORTER: 'otlp' })).toEqual({
    url: 'http://localhost:4318/v1/traces',
    headers: {},
    resource: { 'service.name': 'live-ledger' },
    ratio: 1,
    timeoutMs: 10_000,
    sendEveryMs: 5_000,
  });
});

test('reads the standard variables; those of traces come first', () => {
  const settings = readTraceSettings({
    ...endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'a=b',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'authorization=Bearer%20x=, broken=%',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=trial',
    OTEL_SERVICE_NAME: 'ledger-1',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    OTEL_BSP_SCHEDULE_DELAY: 'soon',
  });
  expect(settings).toEqual({
    url: 'http://collector:4318/v1/traces',
    headers: { authorization: 'Bearer x=', broken: '%' },
    resource: { 'service.name': 'ledger-1', 'deployment.environment.name': 'trial' },
    ratio: 0.25,
    timeoutMs: 500,
    sendEveryMs: 5_000,
  });
});
