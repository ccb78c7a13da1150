import type { OperationDefinitionNode } from 'graphql';
import type { Role } from '../../graphql/context.ts';

/** What an answer that is made of the read models alone depends on, beside their state. */
export interface Asked {
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly role: Role;
}

/** Answers of one state of the read models: those of another state are dropped. */
export interface KeptAnswers {
  find(state: object, asked: Asked): string | undefined;
  keep(state: object, asked: Asked, text: string): void;
}

/** Characters, mostly of a byte each: 400 pages of fifty rows. */
const charactersMax = 8 * 1024 * 1024;

/** Where they would be more than `charactersMax`, all are dropped: what is still asked for is soon there again. */
export function createKeptAnswers(): KeptAnswers {
  const answers = new Map<OperationDefinitionNode, Map<string, string>>();
  let state: object | null = null;
  let characters = 0;
  const drop = () => {
    answers.clear();
    characters = 0;
  };
  const answersOf = (asked: object, operation: OperationDefinitionNode) => {
    if (asked !== state) drop();
    state = asked;
    const existing = answers.get(operation);
    if (existing !== undefined) return existing;
    const added = new Map<string, string>();
    answers.set(operation, added);
    return added;
  };
  return {
    find: (current, asked) => answersOf(current, asked.operation).get(keyOf(asked)),
    keep(current, asked, text) {
      const key = keyOf(asked);
      const more = key.length + text.length;
      if (characters + more > charactersMax) drop();
      answersOf(current, asked.operation).set(key, text);
      characters += more;
    },
  };
}

function keyOf({ role, variables }: Asked): string {
  return `${role} ${JSON.stringify(variables, readable)}`;
}

/** `1e400` is read as Infinity, which JSON would write as null: that is accepted, and Infinity is not. */
function readable(_name: string, value: unknown): unknown {
  return value === Infinity || value === -Infinity ? ofNoType : value;
}

/** What no variable may be: no input has a field without a name. */
const ofNoType = { '': '' };
