import * as z from 'zod';
import type { FunctionPool } from '../functions/function-pool.ts';
import { InvocationFailed } from '../functions/invocation.ts';
import type { Authorizer } from './http-api.ts';
import type { GatewayRequest } from './request-event.ts';

const SimpleResponse = z.object({ isAuthorized: z.boolean(), context: z.record(z.string(), z.unknown()).default({}) });

export type Verdict =
  | { kind: 'allowed'; context: Record<string, unknown> }
  | { kind: 'unauthorized' | 'forbidden' | 'failed' };

type Kept = { verdict: Verdict; until: number };

/** Asks Lambda authorizers, and remembers their verdicts for as long as the template says, by identity source. */
export function authorization(pool: Pick<FunctionPool, 'invoke'>, now: () => number = Date.now) {
  const kept = new Map<string, Kept>();
  const forgetExpired = () => {
    for (const [key, { until }] of kept) if (until <= now()) kept.delete(key);
  };
  return async (
    authorizer: Authorizer,
    request: GatewayRequest,
    toEvent: (identity: string[]) => object,
  ): Promise<Verdict> => {
    const identity = authorizer.identitySources.map((source) => identityPart(source, request));
    // The gateway itself answers: the authorizer is not asked when a part of the identity is missing.
    if (!identity.every((part): part is string => part !== undefined && part !== '')) return { kind: 'unauthorized' };
    const key = JSON.stringify([authorizer.id, ...identity]);
    const known = kept.get(key);
    if (known !== undefined && known.until > now()) return known.verdict;
    const verdict = await ask(pool, authorizer, toEvent(identity));
    const isLasting = verdict.kind === 'allowed' || verdict.kind === 'forbidden';
    if (isLasting && authorizer.cacheMs > 0 && identity.length > 0) {
      forgetExpired();
      kept.set(key, { verdict, until: now() + authorizer.cacheMs });
    }
    return verdict;
  };
}
export type Authorize = ReturnType<typeof authorization>;

async function ask(pool: Pick<FunctionPool, 'invoke'>, { functionArn }: Authorizer, event: object): Promise<Verdict> {
  try {
    const answer = SimpleResponse.safeParse(JSON.parse(await pool.invoke(functionArn, JSON.stringify(event))));
    if (!answer.success) return { kind: 'failed' };
    return answer.data.isAuthorized ? { kind: 'allowed', context: answer.data.context } : { kind: 'forbidden' };
  } catch (error) {
    if (!(error instanceof InvocationFailed)) throw error;
    return { kind: error.message === 'Unauthorized' ? 'unauthorized' : 'failed' };
  }
}

function identityPart(source: string, { headers, query }: GatewayRequest): string | undefined {
  const [, kind, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (kind === 'header') return headers[name.toLowerCase()];
  if (kind === 'querystring') return query[name];
  throw new Error(`template: the identity source ${source} does not run here`);
}
