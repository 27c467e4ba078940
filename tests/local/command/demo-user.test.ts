import { json } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { demoUser } from '../../../local/command/demo-user.ts';
import { startServer } from '../../support/http-server.ts';

const session = { accessToken: 't', refreshToken: 'r', expiresIn: 60, tokenType: 'Bearer' };
const teamId = 'team_01h455vb4pex5vsknk084sn02q';
const me = { teams: [{ id: teamId, name: 'Team', role: 'owner' }] };

/** An API that knows the demo user or not, and tells what it was asked. */
async function startApi(isKnown: boolean) {
  let isConfirmed = isKnown;
  const asked: string[] = [];
  const { url } = await startServer(async (request, response) => {
    const path = request.url?.replace('/v1', '') ?? '';
    asked.push(path);
    const body = request.method === 'POST' ? await json(request) : undefined;
    if (path === '/auth/confirm') isConfirmed = JSON.stringify(body).includes('123456');
    const isRefused = path === '/auth/login' && !isConfirmed;
    response.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(path === '/me' ? me : session));
  });
  return { url, asked };
}

describe('the demo user', () => {
  test('signs up through the API the first time', async () => {
    const { url, asked } = await startApi(false);
    const user = await demoUser(url);
    expect(user).toEqual({ email: 'demo@clientnest.example', password: expect.any(String), teamId });
    expect(asked).toEqual(['/auth/login', '/auth/register', '/auth/confirm', '/auth/login', '/me']);
  });

  test('only signs in after that', async () => {
    const { url, asked } = await startApi(true);
    await demoUser(url);
    expect(asked).toEqual(['/auth/login', '/me']);
  });
});
