import { history } from '../callback-history.ts';
import { signBody } from '../signed-body.ts';

/** Callbacks that are made; after these, the same ones are sent again. */
const bodiesReady = 4_000;

/** Bodies without end, as `live-ledger simulate` makes them: all of relay tasks, or none. */
export function callbackBodies(relayShare: 0 | 1): () => string {
  const bodies = [...history({ events: bodiesReady, relayShare })].map(({ event: { data } }) =>
    Buffer.from(data).toString(),
  );
  let next = 0;
  return () => {
    const body = bodies[next % bodies.length] ?? '';
    next += 1;
    return body;
  };
}

/** Pushes and interruptions signed with this key when they are taken. */
export function signedBodies(key: string): () => string {
  const next = callbackBodies(0);
  return () => signBody(next(), key);
}

/** A push of this many bytes, with a sign that matches no key, or with none. */
export function bulkyBody(bytes: number, sign: 'wrong' | 'none'): string {
  const signed = sign === 'none' ? {} : { t: Math.floor(Date.now() / 1_000), sign: '0'.repeat(32) };
  const start = { app: 'attack.example.com', appid: 1, event_type: 1, sequence: '1', stream_id: 'attack', ...signed };
  const bare = JSON.stringify({ ...start, stream_param: '' });
  return JSON.stringify({ ...start, stream_param: 'x'.repeat(bytes - bare.length) });
}
