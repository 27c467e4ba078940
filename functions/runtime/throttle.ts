import * as z from 'zod';
import { reportLimiter } from './admission.ts';
import type { Attempt, AttemptLimits } from './attempt-limits.ts';
import type { Call, Endpoint } from './contract.ts';
import { Fault } from './fault.ts';

const NamesAccount = z.object({ email: z.string() });

/** Runs an operation as one attempt, where its entry has them counted; too many are refused before they run. */
export async function throttled<Result>(
  { name, throttle }: Endpoint,
  call: Call<Endpoint>,
  { limits, run }: { limits: () => AttemptLimits; run: () => Promise<Result> },
): Promise<Result> {
  if (!throttle) return run();
  const account = call.caller?.userId ?? NamesAccount.safeParse(call.body).data?.email;
  const attempt: Attempt = { operation: name, address: call.address, account };
  const retryAfterSeconds = await passing(() => limits().take(attempt));
  if (retryAfterSeconds !== undefined)
    throw new Fault(throttle.refusal, { detail: `Try again in ${retryAfterSeconds} seconds.`, retryAfterSeconds });
  const result = await run();
  if (throttle.counts === 'failures') await passing(() => limits().giveBack(attempt));
  return result;
}

async function passing<Result>(count: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await count();
  } catch (error) {
    reportLimiter(error);
    return undefined;
  }
}
