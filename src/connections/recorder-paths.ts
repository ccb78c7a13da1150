/** Paths that only the recorder serves: callbacks, and probes. The absolute form of a URL has the host before the path. */
const recorderPath = /^(https?:\/\/[^/?#]*)?\/+(callbacks(\/|\?|$)|healthz(\?|$)|readyz(\/|\?|$)|metrics(\?|$))/i;

/**
 * Whether a request is the recorder's, which answers it then, if only that there is no such route. A proxy that keeps its
 * connections sends such requests on any of them, so the reader asks this too, and passes them on.
 */
export function isRecorderPath(url: string): boolean {
  return recorderPath.test(url);
}
