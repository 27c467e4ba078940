import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clientNest } from '../../clients/typescript/src/client.ts';
import { demoUser } from '../../local/command/demo-user.ts';
import { addresses, clientOf, newAccount, password } from '../support/journey.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const source = join(root, 'clients/typescript');
const tsc = join(root, 'node_modules/.bin/tsc');
const baseUrl = `${addresses.api}/v1`;

/** A project that has installed the client, as it would be packed, beside what it depends on. */
async function projectWithClient(): Promise<string> {
  const project = mkdtempSync(join(tmpdir(), 'client-'));
  onTestFinished(() => rmSync(project, { recursive: true }));
  const installed = join(project, 'node_modules/@clientnest/api-client');
  mkdirSync(installed, { recursive: true });
  await run(tsc, ['--project', source, '--outDir', join(installed, 'dist')]);
  cpSync(join(source, 'package.json'), join(installed, 'package.json'));
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers', '@types'])
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  return project;
}

describe('the TypeScript client', () => {
  test('is built, and does what its README shows', async () => {
    await demoUser(addresses.api);
    const project = await projectWithClient();
    const readme = readFileSync(join(source, 'README.md'), 'utf8');
    const [example = '', printed = ''] = [/```ts\n([\s\S]*?)```/, /```\n(Demo[\s\S]*?)```/].map(
      (block) => block.exec(readme)?.[1],
    );
    writeFileSync(join(project, 'example.ts'), example.replace('http://127.0.0.1:4000/v1', baseUrl));
    const check = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--types',
      'node',
      'example.ts',
    ];
    await run(tsc, check, { cwd: project });
    const { stdout } = await run('node', ['example.ts'], { cwd: project });
    const pattern = printed
      .trim()
      .split('\n')
      .map((line) => line.replace('post_01m2…', 'post_[0-9a-z]{26}').replace('1 draft', '\\d+ draft'));
    expect(stdout.trim()).toMatch(new RegExp(`^${pattern.join('\n')}$`));
  });

  test('renews an expired session once, for all who wait', async () => {
    const { email, teamId } = await newAccount();
    const sessions: unknown[] = [];
    const api = clientNest({ baseUrl, teamId, onSession: (session) => sessions.push(session) });
    await api.signIn({ email, password });
    const { accessToken, refreshToken } = api.session() ?? { accessToken: '', refreshToken: '' };
    const stale = { accessToken, refreshToken, expiresAt: Date.now() };
    const later = clientNest({ baseUrl, teamId, session: stale, onSession: (session) => sessions.push(session) });
    const answers = await Promise.all([later.GET('/me'), later.GET('/posts'), later.GET('/connections')]);
    expect(answers.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    expect(sessions).toHaveLength(2);
  });

  test('does a POST once although its answers are lost', async () => {
    const account = await newAccount();
    let isLost = true;
    const api = clientNest({
      baseUrl,
      teamId: account.teamId,
      apiKey: account.token,
      fetch: async (request) => {
        const response = await fetch(request);
        if (isLost) {
          isLost = false;
          throw new TypeError('the connection broke');
        }
        return response;
      },
    });
    const { data: post, response } = await api.POST('/posts', { body: { text: 'once', connectionIds: [] } });
    expect(response.headers.get('idempotent-replayed')).toBe('true');
    const { data: posts } = await clientOf(account).GET('/posts');
    expect(posts.items.map(({ id }) => id)).toEqual([post.id]);
  });

  test('throws what the API refuses', async () => {
    const account = await newAccount();
    const params = { path: { postId: 'post_01jdxb8ncye2ha5vvbz9fnzbzt' } };
    await expect(clientOf(account).GET('/posts/{postId}', { params })).rejects.toMatchObject({
      status: 404,
      code: 'post.not_found',
      requestId: expect.any(String),
    });
  });
});
