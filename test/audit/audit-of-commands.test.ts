import { expect, test } from '@jest/globals';
import { auditActions, type AuditAction } from '../../src/audit/audit.ts';
import { commands } from '../../src/commands/program.ts';

/** What the audit has of each command, or why it has nothing: docs/audit.md says the same. */
const recorded: Readonly<Record<string, readonly AuditAction[] | string>> = {
  promote: ['PROMOTE'],
  rebuild: ['REBUILD'],
  restore: ['RESTORE'],
  retention: ['APPLY_RETENTION'],
  erase: ['ERASE'],
  import: ['IMPORT'],
  export: ['EXPORT', 'EXPORT_WITH_SECRETS'],
  'forwarding pause': ['PAUSE_FORWARDING'],
  'forwarding resume': ['RESUME_FORWARDING'],
  'forwarding replay': ['REPLAY_FORWARDING'],
  'forwarding skip': ['SKIP_FORWARDING'],
  query: 'asks the API, which records by token',
  'forwarding list': 'asks the API, which records by token',
  mcp: 'asks the API, which records by token, as a viewer',
  simulate: 'sends callbacks, which are recorded as such',
  serve: 'changes nothing by itself',
  standby: 'copies a log by a token of its own: reads it as it is on a disk',
  backup: 'reads the disk',
  sql: 'reads the disk',
  verify: 'reads the disk, and shows nothing of it',
  doctor: 'reads the disk, and shows nothing of it',
  'alerts check': 'reads settings',
  'alerts test': 'sends a message without anything of the ledger',
};

test('every command has an entry of the audit, or a reason to have none', () => {
  expect(Object.keys(recorded).sort()).toEqual(commands.map(({ name }) => name).sort());
  const actions = Object.values(recorded).flatMap((of) => (typeof of === 'string' ? [] : of));
  expect(actions.filter((action) => !auditActions.includes(action))).toEqual([]);
});
