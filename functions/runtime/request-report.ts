import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { AuthorizerContext } from './caller.ts';
import type { Endpoint } from './contract.ts';
import { commonFaults, Fault, faultStatus } from './fault.ts';
import { log, measure } from './log.ts';

const CallerFacts = z.object({ authorizer: z.object({ lambda: AuthorizerContext }) });

/** What the authorizer tells of the caller; undefined for nobody, and for one whom it refuses. */
export function callerFacts({ requestContext }: APIGatewayProxyEventV2) {
  const facts = CallerFacts.safeParse(requestContext);
  if (!facts.success || 'refusal' in facts.data.authorizer.lambda) return undefined;
  return facts.data.authorizer.lambda;
}

/** Anything but a fault is ours: logged with its cause, answered with nothing inside. */
export function faultOf({ name, faults }: Endpoint, error: unknown, requestId: string): Fault {
  const fault = error instanceof Fault ? error : new Fault(commonFaults['internal.error'], { cause: error });
  const { code, kind } = fault.entry;
  if (kind === 'internal') log.error('request.failed', { requestId, operation: name, error: fault.cause as Error });
  else if (!(code in commonFaults || faults.includes(code)))
    log.error('fault.undeclared', { requestId, operation: name, code });
  return fault;
}

type Ended = { status: number; ms: number; code: string | undefined };

/** The log line of a request and the metrics of its operation. */
export function reportRequest({ name, route }: Endpoint, event: APIGatewayProxyEventV2, { status, ms, code }: Ended) {
  const { requestId } = event.requestContext;
  const { userId, teamId, apiKeyId } = callerFacts(event) ?? {};
  log.info('request', {
    requestId,
    route,
    status,
    ms: Math.round(ms * 10) / 10,
    fault: code,
    userId,
    teamId,
    apiKeyId,
  });
  measure(name, {
    duration: { ms },
    requests: { count: 1 },
    refusals: { count: status >= 400 && status < faultStatus.internal ? 1 : 0 },
    failures: { count: status >= faultStatus.internal ? 1 : 0 },
  });
}
