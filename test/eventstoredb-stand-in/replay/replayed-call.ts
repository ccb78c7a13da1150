import { EventEmitter, once } from 'node:events';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Client, credentials } from '@grpc/grpc-js';
import type { MethodDefinition, StatusObject } from '@grpc/grpc-js';
import type { Message } from './recordings.ts';
import type { WireMessage } from './request-messages.ts';

type Method = MethodDefinition<WireMessage, WireMessage>;

const services = [streams.StreamsService, gossip.GossipService, features.ServerFeaturesService];
const methods = new Map(
  services.flatMap((service) => Object.values(service) as unknown as Method[]).map((method) => [method.path, method]),
);

/** One call on the wire of any kind, treated as a call with many requests and many answers, which covers every kind. */
export class ReplayedCall {
  readonly #client: Client;
  readonly #call;
  readonly #came = new EventEmitter();
  #answers: Message[] = [];
  #status: StatusObject | null = null;

  constructor(port: number, recordedMethod: string) {
    const method = methods.get(`/${recordedMethod}`);
    if (!method) throw new Error(`No such method: ${recordedMethod}`);
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    this.#call = this.#client.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize);
    this.#call.on('data', (answer: WireMessage) => {
      this.#answers.push(JSON.parse(JSON.stringify(answer.toObject())) as Message);
      this.#came.emit('more');
    });
    this.#call.on('status', (status) => {
      this.#status = status;
      this.#came.emit('more');
    });
    // The status reports it too.
    this.#call.on('error', () => undefined);
  }

  send(request: WireMessage): void {
    this.#call.write(request);
  }

  endRequests(): void {
    this.#call.end();
  }

  /** The next answer that fits, once it arrives; null if the call ends first. */
  async answer(fits: (answer: Message) => boolean): Promise<Message | null> {
    for (;;) {
      const found = this.#answers.find(fits);
      if (found) {
        this.#answers = this.#answers.filter((answer) => answer !== found);
        return found;
      }
      if (this.#status) return null;
      await once(this.#came, 'more');
    }
  }

  async status(): Promise<StatusObject> {
    while (!this.#status) await once(this.#came, 'more');
    return this.#status;
  }

  /** Answers that arrived and that nobody has asked for. */
  get left(): readonly Message[] {
    return this.#answers;
  }

  close(): void {
    this.#call.cancel();
    this.#client.close();
  }
}
