import type { OperationDefinitionNode } from 'graphql';
import type { Role } from '../context.ts';

/** What an answer that is made only of the read models depends on, besides their state. */
export interface Asked {
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly role: Role;
}

/** The answers of one state of the read models; those of another state are dropped. */
export interface KeptAnswers {
  find(state: object, asked: Asked): string | undefined;
  keep(state: object, asked: Asked, text: string): void;
}

/** Characters, mostly of one byte each: 400 pages of fifty rows. */
const charactersMax = 8 * 1024 * 1024;

/** If answers would exceed `charactersMax`, all are dropped: those still asked for are soon kept again. */
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
      if (more > charactersMax) return;
      if (characters + more > charactersMax) drop();
      answersOf(current, asked.operation).set(key, text);
      characters += more;
    },
  };
}

function keyOf({ role, variables }: Asked): string {
  const text = JSON.stringify(variables);
  // Without the function it takes a third of the time; only a null may have been Infinity.
  return `${role} ${text.includes('null') ? JSON.stringify(variables, readable) : text}`;
}

/** `1e400` is read as Infinity, which JSON would write as null. Null is accepted, and Infinity is not. */
function readable(_name: string, value: unknown): unknown {
  return value === Infinity || value === -Infinity ? ofNoType : value;
}

/** A value that no variable accepts: no input has a field without a name. */
const ofNoType = { '': '' };
