import type {
  AllStreamResolvedEvent,
  AllStreamSubscription,
  EventData,
  EventStoreDBClient,
} from '@eventstore/db-client';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
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
export function writeAppendsUnqueued(client: EventStoreDBClient): void {
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

type Convert = (read: ReadResp.ReadEvent) => AllStreamResolvedEvent;

/**
 * Makes a subscription give the data and metadata of every event as the bytes that stand in the server. Left alone the client
 * parses what says that it is JSON: that rounds the long numbers of a stranger, and costs as much again to write it anew.
 */
export function readEventsAsBytes(subscription: AllStreamSubscription): void {
  const inside = subscription as unknown as { convertGrpcEvent: Convert };
  const convert = inside.convertGrpcEvent;
  inside.convertGrpcEvent = (read) => {
    const record = read.getEvent();
    const metadata = record?.getCustomMetadata_asU8();
    record?.setCustomMetadata('').getMetadataMap().set('content-type', 'application/octet-stream');
    const resolved = convert(read);
    return resolved.event === undefined || metadata === undefined
      ? resolved
      : { ...resolved, event: { ...resolved.event, metadata } };
  };
}

/**
 * JSON that is sent as the bytes that it is. The client takes JSON as a value only: it writes it anew, makes base64 of it, and
 * twice bytes of that, all in JavaScript. Bytes it sends as they are. It reads the content type once to tell it to the
 * server, and then to see what kind of data it was given. For another call it is made anew.
 */
export function jsonAsBytes(bytes: ClientBytes): EventData {
  return new JsonBytes(bytes) as unknown as EventData;
}

export interface ClientBytes {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

class JsonBytes implements ClientBytes {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  private isTold = false;

  constructor({ id, type, data, metadata }: ClientBytes) {
    [this.id, this.type, this.data, this.metadata] = [id, type, data, metadata];
  }

  get contentType(): EventData['contentType'] {
    if (this.isTold) return 'application/octet-stream';
    this.isTold = true;
    return 'application/json';
  }
}
