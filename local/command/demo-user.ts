import { Me, Session } from '../../functions/identity/contract.ts';
import { type Api, apiAt } from '../demo/api.ts';
import { confirmationCode } from '../engines/cognito/cognito.ts';

export type DemoUser = { email: string; password: string; teamId: string };

const email = 'demo@clientnest.example';
const password = 'a long pass phrase';

/** A user to sign in with at once, made through the API itself. The second time it is there already. */
export async function demoUser(apiUrl: string): Promise<DemoUser> {
  const api = apiAt(apiUrl);
  const { accessToken } = (await signIn(api)) ?? (await signUp(api));
  const { teams } = await api.get(Me.pick({ teams: true }), 'GET /me', { token: accessToken });
  const [team] = teams;
  if (team === undefined) throw new Error('the demo user has no team');
  return { email, password, teamId: team.id };
}

async function signIn(api: Api): Promise<Session | undefined> {
  const { status, body } = await api.call('POST /auth/login', { body: { email, password } });
  return status === 200 ? Session.parse(body) : undefined;
}

async function signUp(api: Api): Promise<Session> {
  // May be there, unconfirmed, when an earlier start was cut short: then only the code is missing.
  await api.call('POST /auth/register', { body: { email, password, name: 'Demo User' } });
  await api.call('POST /auth/confirm', { body: { email, code: confirmationCode } });
  return api.get(Session, 'POST /auth/login', { body: { email, password } });
}
