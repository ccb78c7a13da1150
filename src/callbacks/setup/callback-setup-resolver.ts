import { Ctx, Float, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { assertOperator, type GraphqlContext } from '../../api/context.ts';
import { type TestCallbackAnswer } from '../../api/ports.ts';
import { DateTimeScalar, enumType, objectType, orNull } from '../../api/declare-type.ts';
import { answerOnce, IdempotencyKey, type IdempotencyKeyValue } from '../../api/idempotency.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { refusalAdvice, type RefusalReason } from './callback-refusals.ts';

const RefusalReasonEnum = enumType<RefusalReason>(
  'CallbackRefusalReason',
  'Why a request under `/callbacks/` came to nothing: the `error` of its answer, or that its connection ended before.',
  refusalAdvice,
);

const RefusedRequests = objectType(
  'RefusedRequests',
  'Requests under `/callbacks/` that came to nothing: nothing was stored, and their sender did not get 200.',
  {
    reason: [RefusalReasonEnum, 'Why.'],
    count: [Int, 'How many, since the process that takes callbacks was started.'],
    newestAt: [DateTimeScalar, 'When the newest of them came, by the clock of this service.'],
    advice: [String, 'What happened, and what an operator can do about it.'],
  },
);

const CallbackSetup = objectType(
  'CallbackSetup',
  'How the answering process accepts callbacks. Counts only: it never shows a key or token.',
  {
    takesCallbacks: [
      Boolean,
      'Whether this process receives callbacks at `/callbacks/css`, which requires the role `receive`.',
    ],
    keys: [Int, 'How many callback keys it has, from CSS_CALLBACK_KEYS. They check `sign`.'],
    tokens: [
      Int,
      'How many tokens of the callback URL it has, from CSS_CALLBACK_TOKENS. Relay callbacks are not signed, so they need one. With neither keys nor tokens, every callback is accepted.',
    ],
    refused: [
      [RefusedRequests],
      'Requests under `/callbacks/` that came to nothing, by reason, the newest first. `live_ledger_callbacks_refused_total` counts the same.',
    ],
  },
);
type CallbackSetup = InstanceType<typeof CallbackSetup>;

const TestCallback = objectType('TestCallback', 'The result of a test callback.', {
  testId: [
    ID,
    '`test_id` of its body. Its `callback_event` is `LiveLedgerTest`; it belongs to no session and no task.',
  ],
  accepted: [Boolean, 'Whether it was answered 200, which means that it is durable and `callbacks` will list it.'],
  status: [orNull(Int), 'The status of the answer. Null if none came.'],
  durationMs: [Float, 'Milliseconds until the answer.'],
  message: [String, 'What happened, in one sentence.'],
});
type TestCallback = InstanceType<typeof TestCallback>;

/** Cost of sending a callback and storing it, in nodes: as much as a page. */
const testCost = 50;

@Resolver()
export class CallbackSetupResolver {
  @Query(() => CallbackSetup, {
    nullable: true,
    complexity: 1,
    description: 'Whether the answering process receives callbacks, and how it accepts them.',
  })
  callbackSetup(@Ctx() { ports: { callbackSetup } }: GraphqlContext): CallbackSetup {
    const { takesCallbacks } = callbackSetup;
    const refused = callbackSetup
      .refused()
      .toReversed()
      .map(({ newestAtMs, ...counted }) => ({
        ...counted,
        newestAt: newestAtMs,
        advice: refusalAdvice[counted.reason],
      }));
    return { takesCallbacks, keys: callbackSetup.keys(), tokens: callbackSetup.tokens(), refused };
  }

  @Mutation(() => TestCallback, {
    nullable: true,
    complexity: testCost,
    description:
      'Sends one callback over HTTP to the callback route of the answering process, signed with its first key, or with its first token if it has no key. It is recorded for ever, like every callback. For operators. It does not show that CSS can reach this service.',
  })
  async sendTestCallback(
    @Ctx() context: GraphqlContext,
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<TestCallback> {
    assertOperator(context, 'Only operators may send a test callback.');
    const { callbackSetup } = context.ports;
    if (!callbackSetup.takesCallbacks) {
      throw new LedgerError(
        'BAD_USER_INPUT',
        'This process takes no callbacks: its ROLES do not include receive. Ask a process that has that role.',
      );
    }
    const answer = await answerOnce(context, {
      mutation: 'sendTestCallback',
      key,
      given: {},
      carryOut: async (operationId) => {
        await context.recordBegun();
        return callbackSetup.sendTest(operationId ?? undefined);
      },
      isFinal: ({ status }) => status === 200,
    });
    const { testId, status, durationMs } = answer;
    return { testId, accepted: status === 200, status, durationMs, message: messageOf(answer) };
  }
}

function messageOf({ status, failure }: TestCallbackAnswer): string {
  if (status === 200) return 'The callback was answered 200: it is recorded.';
  if (status === null) return `The callback route of this service did not answer: ${failure}.`;
  return `The callback was answered ${status}. The log of the service says why.`;
}
