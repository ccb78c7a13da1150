import type { AuditAction, AuditOutcome } from '../../api/operations.generated.ts';
import { en } from '../../translations/en.ts';

/** All that there is, in the order of the choice: a test compares the texts with the schema. */
export const actions = Object.keys(en.audit.action) as readonly AuditAction[];
export const outcomes = Object.keys(en.audit.outcome) as readonly AuditOutcome[];
