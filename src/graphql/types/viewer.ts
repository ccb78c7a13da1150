import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { roles, type Role } from '../context.ts';
import { enumOf } from './enum-of.ts';

const ViewerRoles = { viewer: 'VIEWER', operator: 'OPERATOR' } as const satisfies Record<Role, string>;
type ViewerRole = (typeof ViewerRoles)[Role];

const RoleEnum = enumOf<ViewerRole>(roles.map((role) => ViewerRoles[role]));
registerEnumType(RoleEnum, {
  name: 'Role',
  description: 'What a client may do.',
  valuesConfig: {
    VIEWER: { description: 'Reads everything but credentials and unauthenticated bodies, and changes nothing.' },
    OPERATOR: {
      description: 'Reads everything as sent, decides on callbacks in quarantine, and controls forwarding.',
    },
  },
});

@ObjectType({ description: 'Who asks.' })
export class Viewer {
  @Field(() => RoleEnum, {
    description: 'The role of the token; of a service without API_TOKENS, which answers on loopback only: OPERATOR.',
  })
  role!: ViewerRole;
}

/** The name of a role in the schema. */
export function viewerOf(role: Role): Viewer {
  return { role: ViewerRoles[role] };
}
