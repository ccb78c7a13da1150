import { Field, ID, InterfaceType } from 'type-graphql';
import { readNodeId } from '../node-id.ts';

@InterfaceType({
  description: 'What has an id of its own among all that this ledger tells: `node(id:)` finds it again.',
  resolveType: ({ id }: Node) => readNodeId(id)?.type,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque id of this node, the same for ever.' })
  id!: string;
}
