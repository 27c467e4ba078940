import { describe, expect, test } from 'vitest';
import { authorization } from '../../../local/gateway/authorize.ts';
import type { GatewayRequest } from '../../../local/gateway/request-event.ts';

const authorizer = {
  id: 'auth',
  functionArn: 'fn',
  cacheMs: 60_000,
  identitySources: ['$request.header.Authorization', '$request.querystring.team'],
};
const request = (token: string | undefined, team = 't1'): GatewayRequest => ({
  id: 'r',
  method: 'GET',
  path: '/',
  rawPath: '/',
  rawQueryString: '',
  headers: token === undefined ? {} : { authorization: token },
  cookies: [],
  query: { team },
  sourceIp: '127.0.0.1',
  protocol: 'HTTP/1.1',
  body: Buffer.alloc(0),
  at: new Date(0),
});

function setup(answer: (identity: string[]) => unknown) {
  let asked = 0;
  const clock = { now: 0 };
  const invoke = async (_: string, event: string) => {
    asked += 1;
    return JSON.stringify(answer(JSON.parse(event)));
  };
  const authorize = authorization({ invoke }, () => clock.now);
  return {
    clock,
    asked: () => asked,
    ask: (token: string | undefined, team?: string) =>
      authorize(authorizer, request(token, team), (identity) => identity),
  };
}

describe('verdicts of an authorizer', () => {
  test('are kept for a minute for the same identity, refusals too', async () => {
    const { ask, asked, clock } = setup(([token]) => ({ isAuthorized: token === 'good' }));
    for (const token of ['good', 'good', 'bad', 'bad']) await ask(token);
    expect(asked()).toBe(2);
    expect(await ask('bad')).toEqual({ kind: 'forbidden' });
    clock.now = 59_999;
    await ask('good');
    expect(asked()).toBe(2);
    clock.now = 60_000;
    await ask('good');
    expect(asked()).toBe(3);
  });

  test('are asked for anew when a part of the identity differs', async () => {
    const { ask, asked } = setup(() => ({ isAuthorized: true }));
    await ask('good', 't1');
    await ask('good', 't2');
    expect(asked()).toBe(2);
  });

  test('are not kept when the authorizer failed', async () => {
    const { ask, asked } = setup(() => 'nonsense');
    expect([await ask('x'), await ask('x')]).toEqual([{ kind: 'failed' }, { kind: 'failed' }]);
    expect(asked()).toBe(2);
  });

  test('are not asked for when a part of the identity is missing', async () => {
    const { ask, asked } = setup(() => ({ isAuthorized: true }));
    expect([await ask(undefined), await ask('good', '')]).toEqual([{ kind: 'unauthorized' }, { kind: 'unauthorized' }]);
    expect(asked()).toBe(0);
  });

  test('need identity sources that this machine knows', async () => {
    const authorize = authorization({ invoke: async () => '' });
    const odd = { ...authorizer, identitySources: ['$context.routeKey'] };
    await expect(authorize(odd, request('x'), () => ({}))).rejects.toThrow('$context.routeKey');
  });
});
