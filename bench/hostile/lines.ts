import { forgedFloods } from './attacks/forged-flood.ts';
import { fragmentSpreads } from './attacks/fragment-spreads.ts';
import { idleConnections } from './attacks/idle-connections.ts';
import { introspection } from './attacks/introspection.ts';
import { killedProcesses } from './attacks/killed-process.ts';
import { slashAfterToken } from './attacks/slash-after-token.ts';
import { unknownKeys } from './attacks/unknown-key.ts';
import { unprovenBodies } from './attacks/unproven-bodies.ts';
import { unreadAnswers } from './attacks/unread-answers.ts';
import type { HostileLine } from './hostile-line.ts';

const nothing: HostileLine = {
  name: 'nothing',
  what: 'no attack, to compare with',
  attack: () => Promise.resolve('nothing'),
};

export const hostileLines: readonly HostileLine[] = [
  nothing,
  fragmentSpreads,
  introspection,
  unreadAnswers,
  idleConnections,
  unprovenBodies,
  ...forgedFloods,
  ...unknownKeys,
  slashAfterToken,
  ...killedProcesses,
];
