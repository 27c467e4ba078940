import { addSeconds } from '../../runtime/clock.ts';
import { type Access, type Account, type Identity, PlatformRefused, type TokenLife } from '../adapter.ts';
import { type AppTools, ask, isSuccess } from '../answer.ts';
import { openTokens } from '../token-session.ts';
import { tokenCall } from './api.ts';
import { ownChannels, shownChannel } from './channels.ts';
import { tokenRefusal } from './refusals.ts';
import { youtubeSession } from './session.ts';

export function youtubeAccess(tools: AppTools) {
  return {
    // Tokens differ, but taking one back ends all that the user has agreed to for our app.
    sharesTokens: true,
    refresh: (account) => youtubeSession(tools, account).refresh(),
    revoke: (account) => revoke(tools, account),
    tokenLife,
    identify: (account) => identify(tools, account),
  } satisfies Access;
}

/** A refresh token ends when nobody has used it for six months. */
const unusedSeconds = 180 * 24 * 3600;

function tokenLife(secret: string): TokenLife | undefined {
  const { refreshToken, expiresAt } = openTokens({ secret });
  if (expiresAt === undefined) return undefined;
  const endsAt = new Date(expiresAt);
  return refreshToken === undefined
    ? { expiresAt: endsAt, isRenewable: false }
    : { expiresAt: addSeconds(endsAt, unusedSeconds), isRenewable: true };
}

/** Taking back the refresh token ends its access tokens too. */
async function revoke(tools: AppTools, account: Account): Promise<void> {
  const { accessToken, refreshToken = accessToken } = openTokens(account);
  const answer = await ask(tools.http, tokenCall(tools, 'revoke', { token: refreshToken }));
  // A 400 is about a token that has ended already.
  if (!isSuccess(answer) && answer.status !== 400) throw new PlatformRefused(tokenRefusal(answer, tools.now()));
}

async function identify(tools: AppTools, account: Account): Promise<Identity> {
  const channels = await ownChannels(tools, youtubeSession(tools, account).send);
  const channel = channels.find(({ id }) => id === account.accountId);
  if (!channel) throw new PlatformRefused(channelGone);
  const { scopes } = openTokens(account);
  return { ...shownChannel(tools, channel), ...(scopes && { scopes }) };
}

const channelGone = {
  kind: 'account_restricted',
  platformCode: null,
  message: 'The channel is not among those of the Google account any more.',
} as const;
