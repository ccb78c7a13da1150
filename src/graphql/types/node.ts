import { Field, ID, InterfaceType } from 'type-graphql';
import { readNodeId } from '../node-id.ts';

@InterfaceType({
  description: 'Anything with an id of its own; `node(id:)` finds it again.',
  resolveType: ({ id }: Node) => readNodeId(id)?.type,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque id of this node. It never changes.' })
  id!: string;
}
