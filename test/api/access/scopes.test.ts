import { describeScopes } from '../../support/scope-suite.ts';

// Two parts, with accounts, domains and paths; `scopes.long.test.ts` has the other scopes, and what each shows of every question.
describeScopes(['parts'], { listsAlone: true });
