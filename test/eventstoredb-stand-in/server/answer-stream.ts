import type { ServerWritableStream } from '@grpc/grpc-js';

/** Writes an answer, waiting while the client is slower. False once the client has gone. */
export async function write<Answer>(call: ServerWritableStream<unknown, Answer>, answer: Answer): Promise<boolean> {
  if (call.cancelled || call.destroyed) return false;
  if (call.write(answer)) return true;
  await new Promise<void>((resolve) => {
    const settle = () => {
      call.off('drain', settle).off('cancelled', settle);
      resolve();
    };
    call.on('drain', settle).on('cancelled', settle);
  });
  return !call.cancelled;
}

export async function writeAll<Answer>(
  call: ServerWritableStream<unknown, Answer>,
  answers: Iterable<Answer>,
): Promise<void> {
  for (const answer of answers) if (!(await write(call, answer))) return;
}
