import { describe, expect, test } from 'vitest';
import { PlatformId } from '../../functions/platforms/contract.ts';
import { accessOver } from '../../functions/platforms/public.ts';
import { calls } from '../support/sandbox.ts';

const expiresAt = '2030-03-02T12:00:00.000Z';
const ends = (isRenewable: boolean) => ({ expiresAt: new Date(expiresAt), isRenewable });
const lifeOf = async (platform: PlatformId, secret: object) =>
  (await accessOver(calls)(platform)).tokenLife?.(JSON.stringify(secret));

const tokens = { accessToken: 'a', expiresAt };
const lives: Readonly<Record<PlatformId, readonly [secret: object, life: object | undefined][]>> = {
  mastodon: [[{ accessToken: 'a', clientId: 'c', clientSecret: 's' }, undefined]],
  bluesky: [[{ service: 's', appPassword: 'p', accessJwt: 'a', refreshJwt: 'r' }, undefined]],
  facebook: [[{ pageToken: 'p', userId: '1' }, undefined]],
  threads: [[tokens, ends(true)]],
  linkedin: [
    [tokens, ends(false)],
    [{ ...tokens, refreshToken: 'r' }, ends(true)],
    [{ accessToken: 'a' }, undefined],
  ],
  x: [
    [tokens, ends(false)],
    [{ ...tokens, refreshToken: 'r' }, ends(true)],
  ],
};

describe('the life of tokens', () => {
  test.each(PlatformId.options)('of %s is read from the secret, without a call', async (platform) => {
    for (const [secret, life] of lives[platform]) expect(await lifeOf(platform, secret)).toEqual(life);
  });
});
