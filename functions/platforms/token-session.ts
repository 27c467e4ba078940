import * as z from 'zod';
import { addSeconds } from '../runtime/clock.ts';
import type { HttpAnswer, HttpCall } from '../runtime/http.ts';
import { type Account, PlatformRefused, type TokenLife } from './adapter.ts';
import type { AdapterTools } from './answer.ts';

/** Tokens of an account, where they are all that its secret holds. Without `expiresAt` they last. */
export const TokenSecret = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  expiresAt: z.iso.datetime().optional(),
  /** What the user has granted, where the adapter must know. */
  scopes: z.array(z.string()).optional(),
});
export type TokenSecret = z.infer<typeof TokenSecret>;

export const openTokens = ({ secret }: Pick<Account, 'secret'>) => TokenSecret.parse(JSON.parse(secret));

/** How long the access token lives, where it ends. */
export function tokenLife(secret: string): TokenLife | undefined {
  const { expiresAt, refreshToken } = openTokens({ secret });
  return expiresAt === undefined
    ? undefined
    : { expiresAt: new Date(expiresAt), isRenewable: refreshToken !== undefined };
}

/** The answer of a token endpoint (RFC 6749 §5.1). */
export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().positive().optional(),
  scope: z.string().optional(),
});

/** The tokens of an answer; a refresh token or scopes that do not come again stay as they were. */
export function tokensOf(answer: z.infer<typeof TokenAnswer>, now: Date, before?: TokenSecret): TokenSecret {
  const { access_token, refresh_token, expires_in, scope } = answer;
  return {
    accessToken: access_token,
    refreshToken: refresh_token ?? before?.refreshToken,
    expiresAt: expires_in === undefined ? undefined : addSeconds(now, expires_in).toISOString(),
    // Spaces by the standard; some platforms have commas.
    scopes: scope?.split(/[\s,]+/).filter(Boolean) ?? before?.scopes,
  };
}

/** A token this close to its end may not live through the call. */
const marginMs = 60_000;

type Renewing = {
  /** As users know the platform. */
  platform: string;
  /** What the platform answers to a refresh token; throws `PlatformRefused`. */
  renew: (refreshToken: string) => Promise<z.infer<typeof TokenAnswer>>;
  /** The platform refused the token, not the call: another token may do. */
  isTokenRefused: (answer: HttpAnswer) => boolean;
};

/**
 * The account's tokens, renewed ahead of their end and once more when the platform refuses them. Renewed ones are saved
 * before they are used. A call is only ever repeated when its token was refused, so it is safe for writes as well.
 */
export function tokenSession({ http, now }: AdapterTools, account: Account, renewing: Renewing) {
  const { platform, renew, isTokenRefused } = renewing;
  let tokens = openTokens(account);

  const isEnding = () => tokens.expiresAt !== undefined && Date.parse(tokens.expiresAt) <= now().getTime() + marginMs;

  async function refresh(): Promise<void> {
    await account.renewSecret(async (secret) => {
      const before = openTokens({ secret });
      if (before.refreshToken === undefined) throw new PlatformRefused(notRenewable(platform));
      return JSON.stringify(tokensOf(await renew(before.refreshToken), now(), before));
    });
    tokens = openTokens(account);
  }

  return {
    refresh,
    async send(call: Omit<HttpCall, 'headers'> & { headers?: Record<string, string> }): Promise<HttpAnswer> {
      const signed = () =>
        http({ ...call, headers: { ...call.headers, authorization: `Bearer ${tokens.accessToken}` } });
      if (tokens.refreshToken !== undefined && isEnding()) await refresh();
      const answer = await signed();
      if (tokens.refreshToken === undefined || !isTokenRefused(answer)) return answer;
      await refresh();
      return signed();
    },
  };
}

const notRenewable = (platform: string) =>
  ({
    kind: 'reconnect',
    platformCode: null,
    message: `${platform} gave no token that can be renewed: the user must consent again.`,
  }) as const;
