import type { AllStreamResolvedEvent, AllStreamSubscription } from '@eventstore/db-client';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';

type Convert = (read: ReadResp.ReadEvent) => AllStreamResolvedEvent;

/**
 * Makes a subscription give the data and metadata of every event as the bytes that stand in the server. Left alone the client
 * parses what says that it is JSON: that rounds the long numbers of a stranger, and costs as much again to write it anew.
 */
export function giveBytes(subscription: AllStreamSubscription): void {
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
