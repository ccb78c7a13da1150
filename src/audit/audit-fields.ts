import type { ConditionField, ListFields, OrderName } from '../lists/list-fields.ts';

/**
 * The fields of the audit, each declared once: the table, the filter, the orders, the rows and the schema derive from here. Exports have their columns in
 * this order. A new column needs a new version of the read model.
 */
export const auditFields = {
  position: { kind: 'POSITION', order: { name: 'RECORDED', shown: 'By the position in the log.' } },
  at: {
    kind: 'TIME',
    shown: 'When it was done, by the clock of the node that recorded it; of several, when the first was.',
    filter: 'By when it was done.',
    order: { name: 'AT', shown: 'By `at`.' },
  },
  who: {
    kind: 'TEXT',
    isNullable: true,
    shown:
      'Who did it: the name of the token, or of who sent one of an issuer; of a command, the user of the operating system. Null if there is no name.',
    filter: 'By who did it.',
  },
  issuer: { kind: 'TEXT', isNullable: true, shown: 'Of a token of an issuer: its `iss`.', isOfServer: true },
  subject: { kind: 'TEXT', isNullable: true, shown: 'Of a token of an issuer: its `sub`.', isOfServer: true },
  role: {
    kind: 'Role',
    isNullable: true,
    shown: 'The role of the token. Null of commands, and of sign-ins that were refused.',
    filter: 'By the role of the token.',
    compares: 'a role',
  },
  action: {
    kind: 'AuditAction',
    shown: 'What was done, or asked for.',
    filter: 'By what was done.',
    compares: 'what was done',
  },
  object: {
    kind: 'TEXT',
    isNullable: true,
    shown:
      'What it was done to: the id of a session, task or callback in quarantine, the name of a target or of a table, the fields that were read, the position after which the log was, or the digest of a file. Null if that has no name.',
    filter: 'By what it was done to.',
  },
  outcome: {
    kind: 'AuditOutcome',
    shown: 'What came of it.',
    filter: 'By what came of it.',
    compares: 'what came of something',
  },
  code: { kind: 'TEXT', isNullable: true, shown: 'Of what was refused or failed: the code of its error.' },
  reason: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'Why it was done, in the words of who did it. Null if none was given.',
    hidden: 'CREDENTIALS',
  },
  from: {
    kind: 'ADDRESS',
    column: 'from_address',
    isNullable: true,
    shown: 'The address that the request came from, or `command line`. Personal data. Null if it is not known.',
  },
  count: {
    kind: 'INT',
    shown:
      'How often it was done within the minute that begins at `at`; of retention, how many events were removed. Otherwise 1.',
  },
} as const satisfies ListFields;

/** What conditions on the audit may name. */
export type AuditField = ConditionField<typeof auditFields>;
/** The names of the orders that clients may ask for. */
export type AuditOrder = OrderName<typeof auditFields>;
