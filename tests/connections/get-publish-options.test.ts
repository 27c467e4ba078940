import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { getPublishOptions } from '../../functions/connections/get-publish-options.ts';
import type { PlatformId } from '../../functions/platforms/contract.ts';
import { type Access, PlatformRefused, type RefusalKind } from '../../functions/platforms/public.ts';
import { tiktokAccess } from '../../functions/platforms/tiktok/access.ts';
import { tiktokAuth } from '../../functions/platforms/tiktok/auth.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { HostRefused } from '../../functions/runtime/hosts.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { sandboxApp } from '../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { startTiktok } from '../../local/platforms/tiktok/start-tiktok.ts';
import { freshConnections, storedConnection } from '../support/connections.ts';
import { editor, type Request, send, testTeamId, viewer } from '../support/request.ts';
import { callsTo, connectByConsent, redirectUri, sandboxControl } from '../support/sandbox.ts';

type Setup = { platform?: PlatformId; access?: Partial<Access>; secret?: string };

async function setup({ platform = 'tiktok', access = {}, secret = '{}' }: Setup = {}) {
  const { tools, opener } = await freshConnections();
  const plain = storedConnection({ platform });
  const { id: connectionId } = plain;
  const sealedSecret = await tools.secrets.seal(secret, { teamId: testTeamId, connectionId });
  await tools.connections.insert({ ...plain, sealedSecret });
  const given: Access = { sharesTokens: false, ...access };
  const handler = endpoint(connectionsContract.getPublishOptions, getPublishOptions, () => ({
    accounts: opener,
    accessFor: async () => given,
  }));
  const options = (request: Request = {}) => send(handler, { method: 'GET', path: { connectionId }, ...request });
  const stored = () => tools.connections.find(testTeamId, connectionId);
  return { connectionId, options, stored };
}

describe('GET /connections/{connectionId}/publish-options', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startTiktok({ restricted: ['carol'] });
  });
  afterAll(() => sandbox.stop());

  async function onTiktok(username: string) {
    const app = { server: sandbox.url, redirectUri, ...sandboxApp };
    const calls = callsTo(sandbox.url);
    const { secret } = await connectByConsent(tiktokAuth(calls), app, username);
    return setup({ secret, access: tiktokAccess(calls) });
  }

  test('gives what a creator of TikTok allows, in the words of a post', async () => {
    const { options, connectionId } = await onTiktok('alice');
    const tiktok = {
      name: 'alice',
      username: 'alice',
      avatarUrl: `${sandbox.url}/avatars/alice.webp`,
      privacyLevels: ['public', 'friends', 'private'],
      ...{ commentsDisabled: false, duetsDisabled: false, stitchesDisabled: false },
      maxVideoSeconds: 600,
    };
    const { status, body } = await options();
    expect([status, body]).toEqual([200, { connectionId, platform: 'tiktok', options: { tiktok }, problem: null }]);
  });

  test('of a creator who allows little', async () => {
    const { body } = await (await onTiktok('carol')).options();
    expect(body.options.tiktok).toMatchObject({
      privacyLevels: ['private'],
      ...{ commentsDisabled: true, duetsDisabled: true, stitchesDisabled: true },
    });
  });

  test('are empty where nothing depends on the account', async () => {
    const { options, connectionId } = await setup({ platform: 'mastodon' });
    const body = { connectionId, platform: 'mastodon', options: {}, problem: null };
    expect(await options()).toMatchObject({ status: 200, body });
  });

  const refusing = (kind: RefusalKind, platformCode = 'no', cause?: Error) => ({
    publishOptions: async () => {
      throw new PlatformRefused({ kind, platformCode, message: 'no' }, cause);
    },
  });

  test.each([
    ['rate_limited', 'wait', 'spam_risk_too_many_posts'],
    ['account_restricted', 'check', 'spam_risk_user_banned_from_posting'],
  ] as const)('say why the account cannot post: %s', async (kind, action, platformCode) => {
    const { options } = await setup({ access: refusing(kind, platformCode) });
    const problem = { code: kind, action, platformCode };
    expect(await options()).toMatchObject({ status: 200, body: { options: {}, problem } });
  });

  test.each([
    ['reconnect', 409, 'connection.access_lost', 'needs_reconnect'],
    ['retry_later', 503, 'connection.server_unreachable', 'active'],
  ] as const)('are refused where the platform refuses to tell: %s', async (kind, status, code, state) => {
    const { options, stored } = await setup({ access: refusing(kind) });
    expect(await options()).toMatchObject({ status, body: { code } });
    expect(await stored()).toMatchObject({ state });
  });

  test('are refused, not called a problem of the account, where TikTok was asked too often', async () => {
    const { options } = await onTiktok('alice');
    const operation = 'POST /v2/post/publish/creator_info/query/';
    await sandboxControl(sandbox.url).fail({ operation, kind: 'rate_limit' });
    expect(await options()).toMatchObject({ status: 503, body: { code: 'connection.server_unreachable' } });
    expect(await options()).toMatchObject({ status: 200, body: { problem: null } });
  });

  test('are refused where the platform is at an address that must not be called', async () => {
    const { options } = await setup({ access: refusing('target_gone', 'no', new HostRefused('private')) });
    expect(await options()).toMatchObject({ status: 422, body: { code: 'connection.server_refused' } });
  });

  test('are for who writes posts', async () => {
    const { options } = await setup();
    const tooLow = { status: 403, body: { code: 'auth.role_too_low' } };
    expect(await options({ caller: viewer })).toMatchObject(tooLow);
    expect(await options({ caller: editor })).toMatchObject({ status: 200 });
  });

  test('does not find what is not there', async () => {
    const { options } = await setup();
    const notFound = { status: 404, body: { code: 'connection.not_found' } };
    expect(await options({ path: { connectionId: newId('conn') } })).toMatchObject(notFound);
  });
});
