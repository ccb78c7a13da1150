import type { Faults } from './faults.ts';
import type { Position } from './positions.ts';
import { startPosition } from './positions.ts';

/** Events that one page of catching up considers; also the interval between checkpoints before it is multiplied. */
export const pageEvents = 32;

/** Far beyond the end of any log in the tests. */
const absurd: Position = { commit: 9_000_000_000_000_000_000n, prepare: 9_000_000_000_000_000_000n };

/** The checkpoint that a server sends: right, or wrong as from older servers. */
export function sentCheckpoint(right: Position, checkpoints: Faults['checkpoints']): Position {
  switch (checkpoints) {
    case 'right':
      return right;
    case 'backward':
      return startPosition;
    case 'absurd':
      return absurd;
  }
}
