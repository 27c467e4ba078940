import { describe, expect, test } from 'vitest';
import { newId } from '../../functions/runtime/ids.ts';
import { apiKeyIdOf, apiKeyPrefix, looksLikeApiKey, newApiKeySecret } from '../../functions/teams/api-key-secret.ts';
import { digestOf, isDigestOf } from '../../functions/teams/digest.ts';
import { invitationOf, newInvitationToken } from '../../functions/teams/invitation-token.ts';

describe('the secret of an API key', () => {
  test('tells which key it is of, and begins with what may be shown', () => {
    const id = newId('key');
    const secret = newApiKeySecret(id);
    expect(apiKeyIdOf(secret)).toBe(id);
    expect(secret.startsWith(`${apiKeyPrefix(id)}_`)).toBe(true);
    expect(looksLikeApiKey(secret)).toBe(true);
  });

  test('is another one each time', () => {
    const id = newId('key');
    expect(new Set(Array.from({ length: 100 }, () => newApiKeySecret(id))).size).toBe(100);
  });

  test.each(['', 'cn_', 'cn_x_y', `cn_${'8'.repeat(26)}_${'A'.repeat(43)}`, `cn_${'0'.repeat(26)}_${'A'.repeat(42)}`])(
    '%j is none',
    (text) => expect(apiKeyIdOf(text)).toBeUndefined(),
  );
});

describe('the token of an invitation', () => {
  test('tells its team and invitation, and opens no API', () => {
    const invitation = { teamId: newId('team'), id: newId('invite') };
    const token = newInvitationToken(invitation);
    expect(invitationOf(token)).toEqual(invitation);
    expect(apiKeyIdOf(token)).toBeUndefined();
  });

  test.each(['', 'cn_invite_', `cn_invite_${'0'.repeat(52)}_short`])('%j is none', (text) =>
    expect(invitationOf(text)).toBeUndefined(),
  );
});

describe('digests', () => {
  test('fit the secret they were made from and no other, whatever is stored', () => {
    expect(isDigestOf(digestOf('secret'), 'secret')).toBe(true);
    expect(isDigestOf(digestOf('secret'), 'secret ')).toBe(false);
    expect(isDigestOf('', 'secret')).toBe(false);
    expect(isDigestOf(`${digestOf('secret')}AAAA`, 'secret')).toBe(false);
  });
});
