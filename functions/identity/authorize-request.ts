import * as z from 'zod';
import type { AuthorizerContext } from '../runtime/caller.ts';
import { type Now, now } from '../runtime/clock.ts';
import { idFromUuid, idOf } from '../runtime/ids.ts';
import { log } from '../runtime/log.ts';
import { looksLikeApiKey, type TeamAccess, teamAccess } from '../teams/public.ts';
import { type TokenVerifier, tokenVerifier } from './token-verifier.ts';

type Tools = { tokens: TokenVerifier; access: TeamAccess; now: Now };

/**
 * What the gateway keeps the answer by: `Authorization`, and `X-Team-Id` on operations of a team. Nothing else of the
 * request may be looked at, or one caller would get an answer that was meant for another.
 */
const AuthorizerEvent = z.object({ identitySource: z.array(z.string()).min(1).max(2) });

type Answer = { isAuthorized: boolean; context?: AuthorizerContext };

/**
 * Tells who calls. A caller who is refused is let through with the reason, which the endpoint words
 * (docs/decisions/0002-refusals-are-worded-by-endpoints.md).
 */
export async function authorizeRequest(event: unknown, tools: Tools): Promise<Answer> {
  const request = AuthorizerEvent.safeParse(event);
  if (!request.success) return { isAuthorized: false };
  const [authorization = '', teamId] = request.data.identitySource;
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token === undefined) return refused('auth.token_invalid');
  if (looksLikeApiKey(token)) return authorizeKey(token, teamId, tools);
  const verified = await tools.tokens.verify(token);
  if ('refusal' in verified) return refused(verified.refusal);
  const userId = idFromUuid('user', verified.sub);
  if (teamId === undefined) return { isAuthorized: true, context: { userId } };
  const member = isTeamId(teamId) ? await tools.access.ofMember(teamId, userId) : undefined;
  return member ? { isAuthorized: true, context: { userId, teamId, ...member } } : refused('auth.not_a_member');
}

/** A key acts for its maker, in its team alone: what it may do is in its scopes. */
async function authorizeKey(secret: string, teamId: string | undefined, { access, now }: Tools): Promise<Answer> {
  const key = isTeamId(teamId) ? await access.ofKey(teamId, secret, now()) : undefined;
  if (!key) return refused('auth.key_invalid');
  const { id: apiKeyId, createdBy: userId, scopes, requestsPerHour, hourLimit, dayLimit } = key;
  const ofKey = {
    apiKeyId,
    scopes: scopes.join(' '),
    ...(requestsPerHour !== null && { keyHourLimit: requestsPerHour }),
  };
  return { isAuthorized: true, context: { userId, teamId, role: 'admin', ...ofKey, hourLimit, dayLimit } };
}

const isTeamId = (teamId: string | undefined): teamId is string => idOf('team').safeParse(teamId).success;

const refused = (refusal: Extract<AuthorizerContext, { refusal: string }>['refusal']): Answer => ({
  isAuthorized: true,
  context: { refusal },
});

let tools: Tools | undefined;

/** A failure of ours is thrown on: the gateway answers 500 then and keeps nothing, where it would keep a refusal. */
export async function handler(event: unknown): Promise<Answer> {
  try {
    tools ??= { tokens: tokenVerifier(), access: teamAccess(), now };
    return await authorizeRequest(event, tools);
  } catch (error) {
    log.error('authorizer.failed', { error: error as Error });
    throw error;
  }
}
