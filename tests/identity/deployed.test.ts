import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { handler as authorize } from '../../functions/identity/authorize-request.ts';
import { handler as refresh } from '../../functions/identity/refresh.ts';
import { handler as register } from '../../functions/identity/register.ts';
import { newRegistration } from '../support/accounts.ts';
import { stubEnvironment } from '../support/aws-service.ts';
import { clientId, poolId, sessionOf, startCognito } from '../support/cognito.ts';
import { send, testTeamId } from '../support/request.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
  stubEnvironment({
    USER_POOL_ID: poolId,
    USER_POOL_CLIENT_ID: clientId,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url,
    TABLE_NAME: 'a-table-that-is-not-there',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamoUrl'),
  });
});
afterAll(() => cognito.stop());

async function signedIn() {
  const { email, password, ...rest } = newRegistration();
  const { body } = await send(register, { body: { email, password, ...rest }, caller: null });
  await cognito.pool.confirm(email, '123456');
  return { userId: body.userId, session: await sessionOf(cognito.pool, { email, password }) };
}

describe('the functions of identity, as their environment tells them', () => {
  test('register at the pool, and tell its users by their tokens', async () => {
    const { userId, session } = await signedIn();
    const event = { identitySource: [`Bearer ${session.accessToken}`] };
    expect(await authorize(event)).toEqual({ isAuthorized: true, context: { userId } });
  });

  test('refresh a session', async () => {
    const { session } = await signedIn();
    const { refreshToken } = session;
    expect(await send(refresh, { body: { refreshToken }, caller: null })).toMatchObject({ status: 200 });
  });

  test('fail, and let nobody in, when the members can not be read', async () => {
    const { session } = await signedIn();
    const event = { identitySource: [`Bearer ${session.accessToken}`, testTeamId] };
    await expect(authorize(event)).rejects.toThrow();
  });
});
