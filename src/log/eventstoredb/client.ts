// The client of EventStoreDB: one for each thread, and everything that relies on its non-public parts.
import type { Duplex } from 'node:stream';
import {
  EventStoreDBClient,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type EventData,
} from '@eventstore/db-client';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { within } from '../../kernel/clock.ts';
import { LogUnusable } from '../event-store.ts';
import { checkConnectionString, unusable } from './settings.ts';
import type { EncodedEvent } from './event-codec.ts';

/**
 * Milliseconds that ending the client's calls may take. The client waits for each to end, but a call that the server ended
 * before its last events were read never does.
 */
const disposeMsMax = 2_000;

/** One user's share of the process's client. */
export type Connection = ReturnType<typeof openConnection>;

interface Shared {
  readonly url: string;
  client: EventStoreDBClient;
  users: number;
}

/** One client per thread: instances share one table of appends, and if one loses its server, the others fail or hang. */
let shared: Shared | null = null;

/**
 * Does not connect yet: the first call does.
 * @throws LogUnusable - the connection string is invalid, or this process uses another server
 */
export function openConnection(url: string) {
  if (shared !== null && shared.url !== url) {
    throw new LogUnusable('This process already uses another EventStoreDB, and can use only one.');
  }
  const ours = (shared ??= { url, client: createClient(url), users: 0 });
  ours.users += 1;
  let closed = false;
  return {
    /** Read it anew for each call: see `renew`. */
    get client(): EventStoreDBClient {
      return ours.client;
    },
    /** Replaces a client that does not recover. Its calls fail. */
    renew(): void {
      const before = ours.client;
      ours.client = createClient(url);
      void before.dispose();
    },
    /** Ends the calls of the client once its last user has closed it. */
    async close(): Promise<void> {
      if (closed) return;
      closed = true;
      ours.users -= 1;
      if (ours.users > 0) return;
      shared = null;
      await within(ours.client.dispose(), { ms: disposeMsMax, late: undefined });
    },
  };
}

function createClient(url: string): EventStoreDBClient {
  checkConnectionString(url);
  try {
    const client = EventStoreDBClient.connectionString(url);
    patchStreams(client);
    return client;
  } catch (error) {
    // The client's message may quote the string, which may contain a password.
    const isFile = error instanceof Error && error.message.includes('certificate');
    throw unusable(isFile ? 'names a certificate or key file that cannot be read' : 'is not a valid connection string');
  }
}

/** How the client opens a gRPC stream that several calls share: by name, at the first call. */
type CreateStream = (
  service: unknown,
  name: string,
  open: (grpc: unknown) => CallStream | Promise<CallStream>,
  cache?: unknown,
) => () => Promise<CallStream>;

/** A call that the client can end before the server does. */
type CallStream = Duplex & { cancel(): void };

/** The client's name for the stream that carries all appends. */
const appendStreamName = 'appendToStream';

/**
 * Changes how a new client treats its streams. An append is written to its stream at once: by default the client queues appends
 * while the stream is full, and if the connection then breaks, rejects each queued append twice: once to the caller, and once as
 * an unhandled rejection, which ends the process. `AppendDispatch` bounds how much is written without an answer. And `dispose`
 * also ends a stream that a call is still opening, which by default keeps its connection, and so the process, for ever.
 */
function patchStreams(client: EventStoreDBClient): void {
  // See docs/patches.md#appends-without-the-clients-queue and docs/patches.md#streams-opened-while-the-client-is-disposed
  const inside = client as unknown as { GRPCStreamCreator: CreateStream };
  const createStream = inside.GRPCStreamCreator;
  const dispose = client.dispose;
  let isDisposed = false;
  client.dispose = () => {
    isDisposed = true;
    return dispose();
  };
  inside.GRPCStreamCreator = (service, name, open, cache) => {
    const unqueued: typeof open = async (grpc) => neverFull(await open(grpc));
    const create = createStream(service, name, name === appendStreamName ? unqueued : open, cache);
    return async () => {
      const stream = await create();
      if (isDisposed) stream.cancel();
      return stream;
    };
  };
}

function neverFull(stream: CallStream): CallStream {
  const write = stream.write.bind(stream) as (chunk: unknown) => boolean;
  stream.write = (chunk: unknown) => {
    write(chunk);
    return true;
  };
  return stream;
}

/**
 * Makes a subscription return the data and metadata of each event as the bytes that the server stores. By default the
 * client parses JSON, which rounds long numbers in events of other programs, and doubles the work: we serialize it again.
 */
export function readEventsAsBytes(subscription: AllStreamSubscription): void {
  // See docs/patches.md#events-read-as-bytes
  const inside = subscription as unknown as {
    convertGrpcEvent: (read: ReadResp.ReadEvent) => AllStreamResolvedEvent;
  };
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

/** What an event is sent with. Not as Buffers: of a Buffer in metadata the client would send the JSON form. */
type EventBytes = Omit<EncodedEvent, 'contentType'>;

/**
 * An event whose content type is JSON and whose bytes are sent unchanged. By default the client takes JSON only as a value,
 * serializes it, and copies it several times. It sends bytes unchanged if their content type is binary. It reads the
 * content type twice, first to send it, and then to choose how to serialize. For one call only.
 */
export function createJsonEventOfBytes(bytes: EventBytes): EventData {
  // See docs/patches.md#json-sent-as-bytes
  return new JsonEventOfBytes(bytes) as unknown as EventData;
}

class JsonEventOfBytes implements EventBytes {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  private isContentTypeSent = false;

  constructor({ id, type, data, metadata }: EventBytes) {
    [this.id, this.type, this.data, this.metadata] = [id, type, data, metadata];
  }

  get contentType(): EventData['contentType'] {
    if (this.isContentTypeSent) return 'application/octet-stream';
    this.isContentTypeSent = true;
    return 'application/json';
  }
}
