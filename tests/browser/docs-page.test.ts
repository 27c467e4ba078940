import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { clientNest } from '../../clients/typescript/src/client.ts';
import { type DemoUser, demoUser } from '../../local/command/demo-user.ts';
import { openBrowser } from '../support/browser.ts';
import { totpCode } from '../support/totp.ts';

const { api } = inject('stack');
let demo: DemoUser;
beforeAll(async () => {
  demo = await demoUser(api);
});

async function openDocs(...look: Parameters<typeof openBrowser>) {
  const browser = await openBrowser(...look);
  await browser.page.goto(`${api}/v1/docs`);
  await browser.page.locator('.opblock').first().waitFor();
  return browser;
}

/** Somebody new whose account has an authenticator app. */
async function userWithApp() {
  const client = clientNest({ baseUrl: `${api}/v1` });
  const { password } = demo;
  const email = `app.${crypto.randomUUID()}@example.com`;
  await client.POST('/auth/register', { body: { email, password, name: 'App' } });
  await client.POST('/auth/confirm', { body: { email, code: '123456' } });
  await client.signIn({ email, password });
  const { secret } = (await client.POST('/auth/mfa/enrol')).data;
  await client.POST('/auth/mfa/verify', { body: { code: totpCode(secret, -1) } });
  return { email, password, secret };
}

async function signIn(page: Page, { email, password }: { email: string; password: string } = demo) {
  const form = page.getByRole('form', { name: 'Sign in' });
  await form.getByLabel('E-mail').fill(email);
  await form.getByLabel('Password').fill(password);
  await form.getByRole('button', { name: 'Sign in' }).click();
}

/** Opens an operation, fills in a body, sends it, and gives the status that the page shows. */
async function sendFrom(page: Page, operation: string, body?: unknown) {
  const block = page.locator(`#operations-${operation}`);
  await block.locator('.opblock-summary-control').click();
  if (body !== undefined) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
  await block.getByRole('button', { name: 'Execute' }).click();
  const reply = block.locator('.live-responses-table .response');
  await reply.waitFor();
  return { status: await reply.locator('.response-col_status').textContent(), text: await reply.textContent(), block };
}

describe('the documentation page', () => {
  test('shows the API, from this host alone and without complaint', async () => {
    const { page, complaints, hosts, screenshot } = await openDocs();
    expect(await page.locator('.info .title').textContent()).toContain('ClientNest API');
    expect(await page.locator('.opblock').count()).toBeGreaterThan(40);
    await screenshot('docs');
    expect([complaints, [...hosts]]).toEqual([[], [api]]);
  });

  test('signs in, and sends requests with token and team', async () => {
    const { page, complaints, hosts, screenshot } = await openDocs();
    await signIn(page);
    await page.getByText(demo.email).waitFor();
    await screenshot('docs-signed-in');
    const me = await sendFrom(page, 'identity-getMe');
    expect(me.status).toContain('200');
    expect(me.text).toContain(demo.email);
    const post = await sendFrom(page, 'posts-createPost', { text: 'From the page', connectionIds: [] });
    expect(post.status).toContain('201');
    expect(post.text).toContain('From the page');
    await post.block.scrollIntoViewIfNeeded();
    await screenshot('docs-request');
    const again = await sendFrom(page, 'teams-createTeam', { name: 'From the page' });
    expect(again.status).toContain('201');
    expect([complaints, [...hosts]]).toEqual([[], [api]]);
  });

  test('asks for the code of the authenticator app where there is one', async () => {
    const { email, password, secret } = await userWithApp();
    const { page, screenshot } = await openDocs();
    await signIn(page, { email, password });
    const form = page.getByRole('form', { name: 'Sign in' });
    await form.getByLabel('Code').fill(totpCode(secret));
    await screenshot('docs-code');
    await form.getByRole('button').click();
    await page.getByText(email).waitFor();
  });

  test('goes on after a reload, until signed out', async () => {
    const { page } = await openDocs();
    await signIn(page);
    await page.getByText(demo.email).waitFor();
    await page.reload();
    await page.getByText(demo.email).waitFor();
    expect((await sendFrom(page, 'posts-listPosts')).status).toContain('200');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('form', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('form', { name: 'Sign in' }).waitFor();
    expect(await page.getByText(demo.email).count()).toBe(0);
  });

  test('says why a sign-in is refused', async () => {
    const { page, screenshot } = await openDocs();
    await signIn(page, { ...demo, password: 'not the password' });
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('wrong');
    await screenshot('docs-refused');
  });

  test.each([
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { width: 420, height: 800 }],
  ] as const)('can be looked at %s', async (name, look) => {
    const { page, complaints, screenshot } = await openDocs(look);
    await signIn(page);
    await page.getByText(demo.email).waitFor();
    await screenshot(`docs-${name}`);
    expect(complaints).toEqual([]);
  });
});
