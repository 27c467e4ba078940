import { describe, expect, inject, test } from 'vitest';
import { clientNest } from '../../clients/typescript/src/client.ts';
import { demoUser } from '../../local/command/demo-user.ts';
import { openBrowser } from '../support/browser.ts';

const { api: apiUrl, mastodon, bluesky } = inject('stack');
const redirectUri = 'http://localhost:3000/connected';

async function demoClient() {
  const { email, password, teamId } = await demoUser(apiUrl);
  const api = clientNest({ baseUrl: `${apiUrl}/v1`, teamId });
  await api.signIn({ email, password });
  return api;
}

describe('the sandbox platforms', () => {
  test('an account is connected by clicking through the consent page', async () => {
    const api = await demoClient();
    const { page, complaints, screenshot } = await openBrowser();
    await page.route('http://localhost:3000/**', (route) => route.fulfill({ body: 'connected' }));
    const body = { platform: 'mastodon', server: mastodon, redirectUri } as const;
    const { data: begun } = await api.POST('/connections/authorize', { body });
    await page.goto(begun.authorizationUrl);
    await screenshot('mastodon-consent');
    await page.getByRole('button', { name: /authori[sz]e|allow/i }).click();
    await page.waitForURL(`${redirectUri}**`);
    const code = new URL(page.url()).searchParams.get('code') ?? '';
    const { data: connection } = await api.POST('/connections', {
      body: { platform: 'mastodon', code, state: begun.state },
    });
    expect(connection).toMatchObject({ platform: 'mastodon', state: 'active' });
    expect(complaints).toEqual([]);
  });

  test('show what was posted to them', async () => {
    const api = await demoClient();
    const login = { platform: 'bluesky', server: bluesky, identifier: 'alice.test', appPassword: 'app-pass' } as const;
    const { data: connected } = await api.POST('/connections', { body: login });
    const connectionIds = 'id' in connected ? [connected.id] : [];
    const text = 'Good news from the browser https://example.com #news';
    const { data: post } = await api.POST('/posts', { body: { text, connectionIds } });
    await api.POST('/posts/{postId}/publish', { params: { path: { postId: post.id } } });
    const { page, complaints, screenshot } = await openBrowser();
    await page.goto(bluesky); // it looks again by itself
    await page.locator('article').waitFor();
    await screenshot('bluesky');
    await page.goto(mastodon);
    await screenshot('mastodon');
    expect(complaints).toEqual([]);
  });
});
