import type { Logger } from '../kernel/logger.ts';
import type { CallbackBodies, ProjectionProgress, ReadModelReader } from '../read-models/read-model-reader.ts';
import type { BodyBudget } from './body-budget.ts';

/** viewer: reads, without credentials of pushers; operator: reads everything as it was sent. */
export const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/** What resolvers stand on, the same for all requests. */
export interface GraphqlPorts {
  readonly readModel: ReadModelReader;
  readonly bodies: CallbackBodies;
  readonly progress: ProjectionProgress;
  readonly logger: Logger;
}

export interface GraphqlContext extends Omit<GraphqlPorts, 'bodies'> {
  readonly requestId: string;
  readonly role: Role;
  readonly bodies: BodyBudget;
}
