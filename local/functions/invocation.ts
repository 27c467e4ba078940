import type { FaultNotice, ThreadFaults } from '../faults/thread-faults.ts';

/** What the parent tells a function's thread to run. Event and result travel as JSON text, as they do on Lambda. */
export type InvocationMessage = { id: string; event: string; deadlineMs: number };
export type InvocationReply = { id: string } & ({ result: string } | { error: ErrorFacts });
export type ErrorFacts = { type: string; message: string; stack: string };
export type ThreadMessage = InvocationReply | FaultNotice;
export type ThreadData = {
  file: string;
  handler: string;
  name: string;
  arn: string;
  memoryMb: number;
  /** Whether to collect garbage when there is nothing to do; what was compiled goes with it. */
  isTidy: boolean;
  /** How this thread is to be killed, when a plan says so. */
  faults?: ThreadFaults | undefined;
};

/** An invocation that did not end well; `type` is the error's own name, or one of Lambda's. */
export class InvocationFailed extends Error {
  readonly type: string;

  constructor({ type, message, stack }: Partial<ErrorFacts> & Pick<ErrorFacts, 'type' | 'message'>) {
    super(message);
    this.name = 'InvocationFailed';
    this.type = type;
    if (stack !== undefined) this.stack = stack;
  }
}
