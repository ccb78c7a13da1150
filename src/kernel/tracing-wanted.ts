/** Whether the standard variables of OpenTelemetry ask for traces: an exporter is named, or where to send to. */
export function wantsTraces(environment: Readonly<Record<string, string | undefined>>): boolean {
  const exporter = environment['OTEL_TRACES_EXPORTER']?.trim() ?? '';
  if (environment['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return false;
  if (exporter !== '') return exporter.split(',').includes('otlp');
  return ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'].some(
    (name) => (environment[name]?.trim() ?? '') !== '',
  );
}
