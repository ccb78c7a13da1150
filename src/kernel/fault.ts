/**
 * An error of unknown origin as it may be logged: its kind and where it came from. Its message is left out, because it may
 * quote the input that caused it.
 */
export function describeFault(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { fault: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return {
    fault: error.name,
    code: (error as { code?: unknown }).code,
    at: frames.slice(0, 10).map((line) => line.trim()),
  };
}
