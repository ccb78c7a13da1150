import { alerts } from './en/alerts.ts';
import { audit } from './en/audit.ts';
import { endings } from './en/endings.ts';
import { facts } from './en/facts.ts';
import { health } from './en/health.ts';
import { incident } from './en/incident.ts';
import { live } from './en/live.ts';
import { missing } from './en/missing.ts';
import { period } from './en/period.ts';
import { reports } from './en/reports.ts';
import { search } from './en/search.ts';
import { session } from './en/session.ts';
import { setUp } from './en/set-up.ts';
import { shell } from './en/shell.ts';
import { stream } from './en/stream.ts';
import { task } from './en/task.ts';

/** English: every text of the console. The other languages have the same keys. */
export const en = {
  ...shell,
  ...live,
  ...session,
  ...stream,
  ...task,
  ...search,
  ...endings,
  ...facts,
  ...alerts,
  ...audit,
  ...health,
  ...incident,
  ...missing,
  ...period,
  ...reports,
  ...setUp,
} as const;
