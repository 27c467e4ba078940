import { addSeconds, type Now } from '../runtime/clock.ts';
import { type Readiness, uploadSeconds } from './adapter.ts';
import { refusing } from './answer.ts';

type UploadRun<State> = {
  /** How far earlier runs came; kept as JSON. */
  state: State;
  isWhole: (state: State) => boolean;
  /** Brings one piece more; undefined when the platform does not have the upload any more. Throws `PlatformRefused`. */
  next: (state: State) => Promise<State | undefined>;
};

/** Brings piece after piece for as long as one run may take. What came before a passing refusal need not come again. */
export async function uploadRun<State>(run: UploadRun<State>, now: Now): Promise<Readiness> {
  const { isWhole, next } = run;
  if (isWhole(run.state)) return { kind: 'ready' };
  const endAt = addSeconds(now(), uploadSeconds);
  let { state } = run;
  const brought = await refusing(async (): Promise<Readiness> => {
    while (!isWhole(state)) {
      if (now() >= endAt) return { kind: 'wait', seconds: 1, handle: JSON.stringify(state) };
      const further = await next(state);
      if (!further) return { kind: 'expired' };
      state = further;
    }
    return { kind: 'ready', handle: JSON.stringify(state) };
  });
  if (brought.kind !== 'refused' || state === run.state || !passing.has(brought.refusal.kind)) return brought;
  return { kind: 'wait', seconds: secondsUntil(brought.refusal.retryAt, now()), handle: JSON.stringify(state) };
}

const passing: ReadonlySet<string> = new Set(['retry_later', 'rate_limited']);
const usualSeconds = 5;
const secondsUntil = (at: Date | undefined, now: Date) =>
  at === undefined ? usualSeconds : Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1000));
