import type { Role } from '../context.ts';
import { enumType, objectType } from './declare.ts';

const ViewerRoles = { viewer: 'VIEWER', operator: 'OPERATOR' } as const satisfies Record<Role, string>;
type ViewerRole = (typeof ViewerRoles)[Role];

const RoleEnum = enumType<ViewerRole>('Role', 'What a client may do.', {
  VIEWER: 'Reads everything but credentials and unauthenticated bodies, and changes nothing.',
  OPERATOR: 'Reads everything as sent, decides on callbacks in quarantine, and controls forwarding.',
});

export const Viewer = objectType('Viewer', 'Who asks.', {
  role: [RoleEnum, 'The role of the token; of a service without API_TOKENS, which answers on loopback only: OPERATOR.'],
});
export type Viewer = InstanceType<typeof Viewer>;

/** The name of a role in the schema. */
export function viewerOf(role: Role): Viewer {
  return { role: ViewerRoles[role] };
}
