import { alerts } from './alerts.ts';
import { audit } from './audit.ts';
import { endings } from './endings.ts';
import { facts } from './facts.ts';
import { health } from './health.ts';
import { incident } from './incident.ts';
import { live } from './live.ts';
import { missing } from './missing.ts';
import { period } from './period.ts';
import { reports } from './reports.ts';
import { search } from './search.ts';
import { session } from './session.ts';
import { setUp } from './set-up.ts';
import { shell } from './shell.ts';
import { stream } from './stream.ts';
import { task } from './task.ts';

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
