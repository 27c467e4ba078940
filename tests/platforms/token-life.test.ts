import { describe, expect, test } from 'vitest';
import type { PlatformId } from '../../functions/platforms/contract.ts';
import { accessOver } from '../../functions/platforms/public.ts';
import { calls } from '../support/sandbox.ts';

const expiresAt = '2030-03-02T12:00:00.000Z';
const ends = (isRenewable: boolean) => ({ expiresAt: new Date(expiresAt), isRenewable });
const tokens = { accessToken: 'a', expiresAt };
const renewable = { ...tokens, refreshToken: 'r' };

const lives: [PlatformId, secret: object, life: object | undefined][] = [
  ['mastodon', { accessToken: 'a', clientId: 'c', clientSecret: 's' }, undefined],
  ['bluesky', { service: 's', appPassword: 'p', accessJwt: 'a', refreshJwt: 'r' }, undefined],
  ['facebook', { pageToken: 'p', userId: '1' }, undefined],
  ['threads', tokens, ends(true)],
  ['instagram', { login: 'instagram', ...tokens }, ends(true)],
  ['instagram', { login: 'facebook', accessToken: 'p', userId: '1' }, undefined],
  ['pinterest', renewable, ends(true)],
  ['linkedin', tokens, ends(false)],
  ['linkedin', renewable, ends(true)],
  ['linkedin', { accessToken: 'a' }, undefined],
  ['x', tokens, ends(false)],
  ['x', renewable, ends(true)],
];

describe('the life of tokens', () => {
  test.each(lives)('of %s is read from the secret, without a call', async (platform, secret, life) => {
    const { tokenLife } = await accessOver(calls)(platform);
    expect(tokenLife?.(JSON.stringify(secret))).toEqual(life);
  });
});
