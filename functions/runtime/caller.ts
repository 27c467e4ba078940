import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { type EndpointSpec, roles, type TeamCaller, type UserCaller } from './contract.ts';
import { commonFaults, Fault } from './fault.ts';

/** What the authorizer tells of a caller: who it is, or why it is none. API Gateway passes strings only. */
export const AuthorizerContext = z.union([
  z.object({ refusal: z.enum(['auth.token_invalid', 'auth.token_expired', 'auth.key_invalid', 'auth.not_a_member']) }),
  z.object({
    userId: z.string(),
    teamId: z.string().optional(),
    role: z.enum(roles).optional(),
    /** Of an API key: which, and its scopes, separated by spaces. */
    apiKeyId: z.string().optional(),
    scopes: z.string().optional(),
    /** Requests that the team's plan allows, and those that the key is limited to, where it is. */
    hourLimit: z.coerce.number().int().optional(),
    dayLimit: z.coerce.number().int().optional(),
    keyHourLimit: z.coerce.number().int().optional(),
  }),
]);
export type AuthorizerContext = z.infer<typeof AuthorizerContext>;

const Authorized = z.object({ authorizer: z.object({ lambda: AuthorizerContext }) });

/** The caller that the entry asks for, or the refusal. Nobody is let in whom the authorizer did not name. */
export function callerOf(entry: EndpointSpec, event: APIGatewayProxyEventV2): UserCaller | TeamCaller | undefined {
  if (entry.auth === 'none') return undefined;
  const authorized = Authorized.safeParse(event.requestContext);
  if (!authorized.success) throw new Fault(commonFaults['auth.token_invalid']);
  const context = authorized.data.authorizer.lambda;
  if ('refusal' in context) throw new Fault(commonFaults[context.refusal]);
  const { userId, teamId, role, apiKeyId, scopes = '' } = context;
  const isKeyFit = entry.scope !== undefined && scopes.split(' ').includes(entry.scope);
  if (apiKeyId !== undefined && !isKeyFit) throw new Fault(commonFaults['auth.scope_missing']);
  if (entry.auth === 'user') return { userId };
  if (!teamId || !role) throw new Fault(commonFaults['auth.not_a_member']);
  if (roles.indexOf(role) < roles.indexOf(entry.role ?? 'viewer')) throw new Fault(commonFaults['auth.role_too_low']);
  return { userId, teamId, role, ...(apiKeyId !== undefined && { apiKeyId }) };
}
