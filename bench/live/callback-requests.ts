import { history } from '../callback-history.ts';

/** A callback as sent, and the key by which its message is recognized. */
export interface CallbackRequest {
  readonly text: string;
  readonly key: string;
  readonly streamId: string;
}

/** Callbacks generated at a time; after these, the same ones are sent again for other accounts. */
const madeAtOnce = 20_000;

/** Pushes are 1, interruptions 0. */
const isOfSession = (eventType: unknown) => eventType === 0 || eventType === 1;

const account = /"app_?id": ?"?(\d{10})/i;

/** Endless pushes and interruptions as `live-ledger simulate` makes them, without repetition. */
export function callbackRequests(): () => CallbackRequest {
  const seen = new Set<string>();
  const made = [...history({ events: madeAtOnce, relayShare: 0 })].flatMap(({ event: { data } }) => {
    const body = Buffer.from(data).toString();
    const { event_type: type, stream_id: streamId } = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const [, sequence] = /"sequence": ?"?(\d+)/.exec(body) ?? [];
    const found = account.exec(body);
    if (!isOfSession(type) || sequence === undefined || found === null) return [];
    const [whole, appId = ''] = found;
    const keyOfAccount = (other: string) => callbackKey(other, String(type), sequence);
    if (seen.has(keyOfAccount(appId))) return [];
    seen.add(keyOfAccount(appId));
    const at = found.index + whole.length - appId.length;
    const head = `POST /callbacks/css HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return {
      before: head + body.slice(0, at),
      appId: Number(appId),
      after: body.slice(at + appId.length),
      keyOfAccount,
      streamId: String(streamId),
    };
  });
  let [next, round] = [0, 0];
  return () => {
    const one = made[next];
    if (one === undefined) throw new Error('The simulation made no callbacks.');
    const appId = String(one.appId + round);
    next += 1;
    if (next === made.length) [next, round] = [0, round + 1];
    return { text: one.before + appId + one.after, key: one.keyOfAccount(appId), streamId: one.streamId };
  };
}

export function callbackKey(appId: string, eventType: string, sequence: string): string {
  return `${appId} ${eventType} ${sequence}`;
}
