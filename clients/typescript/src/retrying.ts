import { problemOf, retryAfterSeconds } from './problem.ts';

export type Send = (request: Request) => Promise<Response>;

export type Retries = {
  /** How often a request is sent at most. */
  attempts: number;
  /** A longer wait is the caller's to decide on: the refusal is thrown at once. */
  longestWaitSeconds: number;
};

type Tools = Retries & { wait: (milliseconds: number) => Promise<void> };

/** Sends again what may be sent again: where the network failed, and where the API asks to come back later. */
export function retrying(send: Send, { attempts, longestWaitSeconds, wait }: Tools): Send {
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt === attempts;
      const pause = 250 * 2 ** (attempt - 1);
      const outcome = await send(request.clone()).catch((error: unknown) => new Failure(error));
      if (outcome instanceof Failure) {
        if (isLast || request.signal.aborted || !isRepeatable(request)) throw outcome.cause;
        await wait(pause);
        continue;
      }
      const seconds = isLast ? undefined : await secondsToWait(request, outcome, { attempt, pause });
      if (seconds === undefined || seconds > longestWaitSeconds) return outcome;
      await wait(seconds * 1000);
    }
  };
}

class Failure {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** Done twice, it is as if done once: reads, and what the API knows again by its key. */
const isRepeatable = ({ method, headers }: Request) =>
  ['GET', 'PUT', 'DELETE'].includes(method) || headers.has('idempotency-key');

type Attempted = { attempt: number; pause: number };

async function secondsToWait(request: Request, response: Response, { attempt, pause }: Attempted) {
  // An earlier reply, given again: it would be the same next time.
  if (response.headers.get('idempotent-replayed') === 'true') return undefined;
  const asked = retryAfterSeconds(response);
  if (response.status === 429) return asked ?? (await waitAtGateway(response, pause));
  if (response.status === 503)
    return isRepeatable(request) ? (asked ?? (await waitAtGateway(response, pause))) : undefined;
  const isOurFirst = attempt > 1 && response.status === 409;
  return isOurFirst && (await problemOf(response)).code === 'idempotency.in_progress' ? pause / 1000 : undefined;
}

/** The gateway has no operation's word for it: too much at once, or no answer in time. */
const waitAtGateway = async (response: Response, pause: number) =>
  (await problemOf(response)).code === undefined ? pause / 1000 : undefined;
