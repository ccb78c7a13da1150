import type { EventStoreDBClient } from '@eventstore/db-client';
import type { Duplex } from 'node:stream';

/** How the client opens a stream of gRPC: named, by a function, once for all calls that share it. */
type OpenStream = (
  service: unknown,
  name: string,
  open: (grpc: unknown) => Duplex | Promise<Duplex>,
  cache?: unknown,
) => () => Promise<Duplex>;

/** The client's own name for the stream that carries all appends. */
const appendsName = 'appendToStream';

/**
 * Lets the client write each append to its stream at once. Left alone it queues them where the stream says that it is full,
 * and when the connection breaks it rejects what is queued twice: once to the caller, and once to nobody, which ends the
 * process. How much is written without an answer is bounded by the appender.
 */
export function writeWithoutQueue(client: EventStoreDBClient): void {
  const inside = client as unknown as { GRPCStreamCreator: OpenStream };
  const createStream = inside.GRPCStreamCreator;
  inside.GRPCStreamCreator = (service, name, open, cache) => {
    if (name !== appendsName) return createStream(service, name, open, cache);
    return createStream(service, name, async (grpc) => neverFull(await open(grpc)), cache);
  };
}

function neverFull(stream: Duplex): Duplex {
  const write = stream.write.bind(stream) as (chunk: unknown) => boolean;
  stream.write = (chunk: unknown) => {
    write(chunk);
    return true;
  };
  return stream;
}
