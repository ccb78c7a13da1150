import { askUntil } from './ask-until.ts';

/** Resolves once everything up to a position is projected. */
export async function projectedTo(position: bigint, projected: { checkpoint(): bigint | null }): Promise<void> {
  await askUntil(
    () => Promise.resolve(projected.checkpoint()),
    (checkpoint) => checkpoint !== null && checkpoint >= position,
  );
}
