type Message = Readonly<Partial<Record<'index' | 'code' | 'type', string | number>>>;

/** `msg` in the body of a relay callback: JSON in a string, if CSS sent what it documents. */
export function relayMessageOf(body: unknown): Message {
  const text = body !== null && typeof body === 'object' && 'msg' in body ? body.msg : null;
  try {
    const message: unknown = typeof text === 'string' ? JSON.parse(text) : null;
    return message !== null && typeof message === 'object' ? message : {};
  } catch {
    return {};
  }
}
