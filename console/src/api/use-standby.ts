import { useAsk } from './hooks.ts';
import { ShellProjectionsDocument, type ShellProjectionsQuery } from './operations.generated.ts';

type Projection = NonNullable<ShellProjectionsQuery['projections']>[number];

/** How a standby follows its primary. */
export type Standby = Pick<Projection, 'stalledBecause' | 'notFollowedBecause'> & {
  readonly standby: NonNullable<Projection['standby']>;
};

/** Null if no standby answers, or it is not known yet. The mark of the connection asks again. */
export function useStandby(): Standby | null {
  const { data } = useAsk(ShellProjectionsDocument, {});
  const { standby = null, stalledBecause = null, notFollowedBecause = null } = data?.projections?.[0] ?? {};
  return standby && { standby, stalledBecause, notFollowedBecause };
}
