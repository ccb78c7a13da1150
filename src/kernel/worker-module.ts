/**
 * Where a thread finds its module, given as a path beside the module that starts it: `threadModule(import.meta.url,
 * './commit-worker')`. Threads run what was built: Node loads no TypeScript in them. Where the starter itself runs from
 * `src/`, the thread runs from `dist/src/`, so `npm run build` comes first.
 */
export function workerModule(startedFrom: string, path: string): URL {
  const isSource = startedFrom.endsWith('.ts');
  const module = new URL(`${path}.js`, startedFrom);
  return isSource ? new URL(module.href.replace(/\/src\/(?!.*\/src\/)/, '/dist/src/')) : module;
}
