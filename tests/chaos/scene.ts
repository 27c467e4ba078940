import * as z from 'zod';
import { clientNest } from '../../clients/typescript/src/client.ts';
import { catalogue } from '../../functions/platforms/catalogue.ts';
import { PlatformId } from '../../functions/platforms/contract.ts';
import { sandboxPassword } from '../../local/platforms/bluesky/store.ts';
import { apiAt } from '../support/raw-api.ts';

/** A team with an account of its own on every platform, and a key to post with. */
export type Team = {
  id: string;
  apiKey: string;
  /** What its account is called on every platform. */
  account: string;
  connections: readonly { id: string; platform: PlatformId }[];
};
export type PlatformUrls = Readonly<Record<PlatformId, string>>;
type Scene = { apiUrl: string; platforms: PlatformUrls; teams: number };

/** Those that take a post of nothing but text; they are of every retry class. */
export const textPlatforms = PlatformId.options.filter((id) => !catalogue[id].limits.media.required);

const redirectUri = 'http://localhost:3000/connected';
const password = 'a long pass phrase';
const Connected = z.object({ id: z.string() });
const Choice = z.object({ pendingId: z.string(), accounts: z.array(z.object({ accountId: z.string() })).min(1) });

/** Everything that is there before trouble begins. */
export async function layScene({ apiUrl, platforms, teams }: Scene): Promise<Team[]> {
  const client = clientNest({ baseUrl: `${apiUrl}/v1` });
  const email = 'ada@example.com';
  await client.POST('/auth/register', { body: { email, password, name: 'Ada' } });
  await client.POST('/auth/confirm', { body: { email, code: '123456' } });
  await client.signIn({ email, password });
  const token = client.session()?.accessToken ?? '';
  const made: Team[] = [];
  for (let number = 1; number <= teams; number++) {
    const { data: team } = await client.POST('/teams', { body: { name: `Team ${number}` } });
    client.useTeam(team.id);
    const { data: key } = await client.POST('/api-keys', {
      body: { name: 'Author', scopes: ['posts:write', 'posts:read', 'connections:write', 'connections:read'] },
    });
    const account = `author${number}`;
    const connect = connector(apiUrl, { token, teamId: team.id });
    const connections = await Promise.all(
      textPlatforms.map(async (platform) => ({
        id: await connect({ platform, server: platforms[platform], account }),
        platform,
      })),
    );
    made.push({ id: team.id, apiKey: key.secret, account, connections });
  }
  return made;
}

type Account = { platform: PlatformId; server: string; account: string };

/** Connects an account in the way that its platform has, or connects it again, and gives its connection. */
export function connector(apiUrl: string, caller: { token: string; teamId: string }) {
  const api = apiAt(apiUrl);
  const byPassword = ({ platform, server, account }: Account) => ({
    platform,
    server,
    identifier: `${account}.test`,
    appPassword: sandboxPassword,
  });
  const byConsent = async ({ platform, server, account }: Account) => {
    const asked = { platform, redirectUri, ...(catalogue[platform].capabilities.ownServers && { server }) };
    const Begun = z.object({ authorizationUrl: z.string(), state: z.string() });
    const begun = await api.get(Begun, 'POST /connections/authorize', { ...caller, body: asked });
    const back = await fetch(`${begun.authorizationUrl}&auto=1&account=${account}`, { redirect: 'manual' });
    const code = new URL(back.headers.get('location') ?? redirectUri).searchParams.get('code');
    return { platform, state: begun.state, code };
  };
  return async (account: Account): Promise<string> => {
    const isByPassword = catalogue[account.platform].auth === 'app_password';
    const body = isByPassword ? byPassword(account) : await byConsent(account);
    const answer = await api.get(z.union([Choice, Connected]), 'POST /connections', { ...caller, body });
    if ('id' in answer) return answer.id;
    const accountIds = answer.accounts.slice(0, 1).map(({ accountId }) => accountId);
    const Chosen = z.object({ items: z.array(Connected).min(1) });
    const route = `POST /connections/pending/${answer.pendingId}/select`;
    const { items } = await api.get(Chosen, route, { ...caller, body: { accountIds } });
    return items[0]?.id ?? '';
  };
}
