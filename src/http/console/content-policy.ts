/**
 * What the pages of the console may load and do: only what this server has itself, scripts and styles from files only, and
 * connections to this server, its WebSocket included (CSP 3 lets `'self'` match `ws:` of the same host). No page may frame them.
 */
export const contentPolicy = policy({});

function policy(relaxed: Readonly<Record<string, string>>): string {
  const directives = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    ...relaxed,
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');
}
