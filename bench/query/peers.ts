import { ask, start } from '../processes.ts';
import { watchServer, type ServerProcess } from '../server-process.ts';

export const peerKinds = ['apollo', 'yoga', 'mercurius', 'mercurius-jit'] as const;
export type PeerKind = (typeof peerKinds)[number];

/** The rows as the product answers them. */
export interface Rows {
  readonly sessions: readonly { readonly sequence: string }[];
  readonly tasks: readonly object[];
}

/** Starts a peer with these rows, in production mode, in which Apollo is faster. */
export async function startPeer(kind: PeerKind, rows: Rows): Promise<ServerProcess> {
  const peer = start('query/peer.ts', [kind], { NODE_ENV: 'production' });
  const { port } = await ask<Rows, { port: number }>(peer, rows);
  return watchServer(peer, port, () => undefined);
}
