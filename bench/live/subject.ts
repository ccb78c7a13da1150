import { hear, start } from '../processes.ts';
import { startProduct, watchServer, type ServerProcess } from '../server-process.ts';
import type { PeerKind } from './peer.ts';

export type SubjectKind = 'ours' | PeerKind;

/** Starts the built product on its own log in the given folder, or a server to compare it with. */
export async function startSubject(
  kind: SubjectKind,
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  if (kind === 'ours') return startProduct(folder, undefined, settings);
  const peer = start('live/peer.ts', [kind]);
  const { port } = await hear<{ port: number }>(peer);
  return watchServer(peer, port, () => undefined);
}
