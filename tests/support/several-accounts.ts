import type { ConnectedAccount, OAuth } from '../../functions/platforms/public.ts';
import { freshConnections } from './connections.ts';
import { redirectUri } from './sandbox.ts';

export const offeredAccount = (id: string, grantKey = 'the user'): ConnectedAccount => ({
  accountKey: id,
  grantKey,
  accountId: id,
  accountName: `Page ${id}`,
  accountUrl: `https://social.example/${id}`,
  server: 'https://social.example',
  scopes: ['publish'],
  textLimits: { unit: 'characters', max: 500, maxBytes: null, urlLength: null },
  secret: JSON.stringify({ accessToken: `token of ${id}`, expiresAt: '2030-03-02T12:00:00.000Z' }),
});

/** A platform whose consent opens the accounts in `opened`, as they are at the time. */
export async function severalAccounts(opened: ConnectedAccount[], now?: () => Date) {
  const grants: string[] = [];
  const oauth: OAuth = {
    authorizationUrl: (_, { state }) => `https://social.example/consent?state=${state}`,
    exchange: async (_, { code }) => ({ secret: `grant for ${code}`, scopes: ['publish'] }),
    listAccounts: async (_, grant) => {
      grants.push(grant.secret);
      return [...opened];
    },
  };
  const all = await freshConnections({ oauthFor: async () => oauth, ...(now && { now }) });
  const consent = async () => {
    const { body } = await all.authorize({ platform: 'threads', redirectUri });
    return all.create({ platform: 'threads', code: 'the code', state: body.state });
  };
  const kinds = async () => (await all.table.rows()).map(({ entity }) => entity).toSorted();
  return { ...all, oauth, grants, consent, kinds };
}
