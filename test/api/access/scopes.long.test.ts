import { describeScopes } from '../../support/scope-suite.ts';
import { scopes } from '../../support/scoped-ledger.ts';

describeScopes(Object.keys(scopes));
