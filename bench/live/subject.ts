import { hear, start } from '../processes.ts';
import { startProduct, watchServer, type ServerProcess } from '../server-process.ts';
import type { PeerKind } from './peer.ts';

export type SubjectKind = 'ours' | PeerKind;

/** Starts the product as it is built, on a log of its own in that folder, or what it is measured beside. */
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
