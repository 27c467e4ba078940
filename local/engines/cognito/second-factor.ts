import * as z from 'zod';
import type { Challenges } from './challenges.ts';
import type { SoftwareTokens } from './software-tokens.ts';
import type { UserPoolClient } from './user-pools.ts';

const challengeName = 'SOFTWARE_TOKEN_MFA';

const Response = z.looseObject({
  ChallengeName: z.literal(challengeName),
  Session: z.string(),
  ChallengeResponses: z.object({ USERNAME: z.string(), SOFTWARE_TOKEN_MFA_CODE: z.string() }),
});

type Parts = { softwareTokens: SoftwareTokens; challenges: Challenges };

/** Holds back the tokens of a user who has an authenticator app, and asks for its code. */
export function challenged(
  tokens: object,
  { username, client }: { username: string; client: UserPoolClient },
  { softwareTokens, challenges }: Parts,
): object {
  if (!softwareTokens.isAsked(username)) return tokens;
  const Session = challenges.hold({ username, clientId: client.id, tokens });
  return { ChallengeName: challengeName, ChallengeParameters: { USER_ID_FOR_SRP: username }, Session };
}

/** The tokens that the answer to a challenge sets free; undefined for other challenges. */
export function answered(input: unknown, client: UserPoolClient, parts: Parts): object | undefined {
  const response = Response.safeParse(input);
  if (!response.success) return undefined;
  const { Session, ChallengeResponses } = response.data;
  const { USERNAME: username, SOFTWARE_TOKEN_MFA_CODE: code } = ChallengeResponses;
  const { tokens } = parts.challenges.find(Session, { username, clientId: client.id });
  parts.softwareTokens.check(username, code);
  parts.challenges.end(Session);
  return tokens;
}

/** How `GetUser` tells of it. */
export const mfaSettings = (username: string, tokens: SoftwareTokens) =>
  tokens.isNamed(username) && { UserMFASettingList: [challengeName], PreferredMfaSetting: challengeName };
