import { Ctx, Query, Resolver } from 'type-graphql';
import type { GraphqlContext } from '../context.ts';
import { Viewer, viewerOf } from '../types/viewer.ts';

@Resolver()
export class ViewerResolver {
  @Query(() => Viewer, {
    nullable: true,
    complexity: 1,
    description: 'Who asks: by its role a client knows what it can offer.',
  })
  viewer(@Ctx() { role }: GraphqlContext): Viewer {
    return viewerOf(role);
  }
}
