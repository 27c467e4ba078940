import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessOver } from '../../functions/platforms/accesses.ts';
import type { ConnectedAccount } from '../../functions/platforms/adapter.ts';
import type { PlatformId } from '../../functions/platforms/contract.ts';
import { xAuth } from '../../functions/platforms/x/auth.ts';
import { startBluesky } from '../../local/platforms/bluesky/start-bluesky.ts';
import { startFacebook } from '../../local/platforms/facebook/start-facebook.ts';
import { startLinkedin } from '../../local/platforms/linkedin/start-linkedin.ts';
import { startMastodon } from '../../local/platforms/mastodon/start-mastodon.ts';
import { sandboxApp } from '../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { startThreads } from '../../local/platforms/threads/start-threads.ts';
import { startX } from '../../local/platforms/x/start-x.ts';
import {
  callsTo,
  connectBluesky,
  connectByConsent,
  connectFacebook,
  connectLinkedin,
  connectMastodon,
  connectThreads,
  keptAccount,
  neverRenewed,
  redirectUri,
} from '../support/sandbox.ts';

type Case = {
  platform: PlatformId;
  start: () => Promise<Sandbox>;
  connect: (url: string) => Promise<ConnectedAccount>;
};

const cases: Case[] = [
  { platform: 'mastodon', start: () => startMastodon({ rateLimit: 'off' }), connect: connectMastodon },
  { platform: 'bluesky', start: () => startBluesky({ rateLimits: 'off' }), connect: connectBluesky },
  { platform: 'threads', start: () => startThreads({}), connect: connectThreads },
  { platform: 'facebook', start: () => startFacebook({}), connect: connectFacebook },
  { platform: 'linkedin', start: () => startLinkedin({}), connect: connectLinkedin },
  {
    platform: 'x',
    start: () => startX({}),
    connect: (url) => connectByConsent(xAuth(callsTo(url)), { server: url, redirectUri, ...sandboxApp }),
  },
];

describe.each(cases)('$platform is asked who an account is', ({ platform, start, connect }) => {
  let sandbox: Sandbox;
  let connected: ConnectedAccount;
  beforeAll(async () => {
    sandbox = await start();
    connected = await connect(sandbox.url);
  });
  afterAll(() => sandbox.stop());

  async function identify(account = keptAccount(connected).account) {
    const access = await accessOver(callsTo(sandbox.url))(platform);
    if (!access.identify) throw new Error('cannot be asked');
    return access.identify(account);
  }

  test('and tells its name, address and picture, as when it was connected', async () => {
    const { accountName, accountUrl } = connected;
    const avatarUrl = `${sandbox.url}/avatar.svg`;
    expect(await identify()).toEqual({ accountName, accountUrl, avatarUrl });
    // A password opens no profile before there is a session.
    if (platform !== 'bluesky') expect(connected.avatarUrl).toBe(avatarUrl);
  });

  test('and refuses a token that has ended, or gives another one first', async () => {
    const broken = keptAccount({ ...connected, secret: wrongTokens(connected.secret) }).account;
    const asking = identify({ ...broken, renewSecret: neverRenewed });
    await expect(asking).rejects.toSatisfy((error) =>
      error.refusal ? error.refusal.kind === 'reconnect' : /renewed/.test(error.message),
    );
  });
});

const wrongTokens = (secret: string) => {
  const tokens: Record<string, unknown> = JSON.parse(secret);
  const names = ['accessToken', 'pageToken', 'accessJwt'];
  return JSON.stringify({
    ...tokens,
    ...Object.fromEntries(names.filter((name) => name in tokens).map((name) => [name, 'wrong'])),
  });
};

describe('LinkedIn', () => {
  test('tells of an organization by what it is called', async () => {
    const sandbox = await startLinkedin({});
    const organization = await connectLinkedin(sandbox.url, 'alice', 1).catch(() =>
      connectLinkedin(sandbox.url, 'bob', 1),
    );
    const access = await accessOver(callsTo(sandbox.url))('linkedin');
    const { accountName, accountUrl } = organization;
    expect(await access.identify?.(keptAccount(organization).account)).toEqual({ accountName, accountUrl });
    await sandbox.stop();
  });
});

describe('Threads', () => {
  test('tells how many of the posts of a day are used up', async () => {
    const sandbox = await startThreads({});
    const connected = await connectThreads(sandbox.url);
    const access = await accessOver(callsTo(sandbox.url))('threads');
    const quota = await access.quota?.(keptAccount(connected).account);
    expect(quota).toEqual({ limit: 250, used: 0, windowSeconds: 86_400 });
    await sandbox.stop();
  });
});
