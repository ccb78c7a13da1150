import { Ctx, Query, Resolver } from 'type-graphql';
import type { GraphqlContext, Role } from './context.ts';
import { enumType, objectType } from './declare-type.ts';

const ViewerRoles = { viewer: 'VIEWER', operator: 'OPERATOR' } as const satisfies Record<Role, string>;
type ViewerRole = (typeof ViewerRoles)[Role];

const RoleEnum = enumType<ViewerRole>('Role', 'What a client may do.', {
  VIEWER: 'Reads everything but credentials and unauthenticated bodies, and changes nothing.',
  OPERATOR: 'Reads everything as sent, decides on callbacks in quarantine, and controls forwarding.',
});

const Viewer = objectType('Viewer', 'The client that asks.', {
  role: [
    RoleEnum,
    'The role of the token. Without API_TOKENS the service answers on loopback only, and the role is OPERATOR.',
  ],
});
type Viewer = InstanceType<typeof Viewer>;

/** The name of a role in the schema. */
function viewerOf(role: Role): Viewer {
  return { role: ViewerRoles[role] };
}

@Resolver()
export class ViewerResolver {
  @Query(() => Viewer, {
    nullable: true,
    complexity: 1,
    description: 'The client that asks. Its role says what a client application can offer.',
  })
  viewer(@Ctx() { role }: GraphqlContext): Viewer {
    return viewerOf(role);
  }
}
