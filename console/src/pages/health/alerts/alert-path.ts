import { scopeParam } from '../../../scope.ts';
import { paths, sessionPath, streamPath, taskPath, withParams } from '../../../paths.ts';

/** The page that shows what an alert is about, by the names in its facts; null if there is none. */
export function pathOfAlert(facts: unknown): string | null {
  const named = facts !== null && typeof facts === 'object' ? (facts as Readonly<Record<string, unknown>>) : {};
  const text = (name: string) => (typeof named[name] === 'string' ? named[name] : undefined);
  const [sequence, taskId, streamId, domain] = [text('sequence'), text('taskId'), text('streamId'), text('domain')];
  const appId = text('appId');
  if (sequence !== undefined) return sessionPath({ sequence, appId });
  if (taskId !== undefined) return taskPath({ taskId, appId });
  if (streamId !== undefined) return streamPath({ streamId, domain, path: text('path'), appId });
  return domain === undefined ? null : withParams(paths.live, { [scopeParam]: domain });
}
