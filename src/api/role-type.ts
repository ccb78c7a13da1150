import type { ShownRole } from './access/tokens.ts';
import { enumType } from './declare-type.ts';

export const RoleEnum = enumType<ShownRole>('Role', 'What a client may do.', {
  VIEWER:
    'Reads everything but credentials, addresses, bodies and parameters, of which it reads fingerprints, and changes nothing.',
  ANALYST: 'Reads addresses and bodies as well, without credentials.',
  OPERATOR: 'Also decides on callbacks in quarantine, states facts, and controls forwarding.',
  ADMIN: 'Also reads credentials: everything as it was sent.',
});
