import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { listApiKeys } from '../../functions/teams/list-api-keys.ts';
import { otherTeamId, send } from '../support/request.ts';
import { freshTeam, type Person, storedApiKey } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const handler = endpoint(teamsContract.listApiKeys, listApiKeys, () => all.tools);
  const list = (caller: Person, query: Record<string, string> = {}) => send(handler, { query, caller });
  return { ...all, list };
}

describe('GET /api-keys', () => {
  test('shows the keys in pages, newest first, with nothing that opens anything', async () => {
    const { list, owner, tools } = await setup();
    const secretDigest = 'the digest of a secret';
    const made = [1, 2, 3].map(() => storedApiKey(owner.userId, { secretDigest }));
    for (const key of made) await tools.apiKeys.insert(key);
    const first = await list(owner, { limit: '2' });
    const second = await list(owner, { limit: '2', cursor: first.body.next });
    const listed = [...first.body.items, ...second.body.items];
    expect(second.body.next).toBeNull();
    expect(listed.map(({ id }) => id)).toEqual(
      made
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
    expect(listed[0]).toMatchObject({ name: 'Website', scopes: ['posts:read'], expiresAt: null, lastUsedAt: null });
    expect(JSON.stringify(listed)).not.toContain(secretDigest);
  });

  test('shows none of another team, and takes no cursor of one', async () => {
    const { list, owner, tools } = await setup();
    for (const key of [storedApiKey(owner.userId), storedApiKey(owner.userId)]) await tools.apiKeys.insert(key);
    const { body } = await list(owner, { limit: '1' });
    const stranger = { ...owner, teamId: otherTeamId };
    expect(await list(stranger)).toMatchObject({ body: { items: [] } });
    expect(await list(stranger, { cursor: body.next })).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid' },
    });
  });

  test('is for admins', async () => {
    const { list, join } = await setup();
    expect(await list(await join('admin'))).toMatchObject({ status: 200 });
    expect(await list(await join('editor'))).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
  });
});
