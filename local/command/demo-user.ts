import { ApiProblem, type ClientNest, clientNest } from '../../clients/typescript/src/client.ts';
import { confirmationCode } from '../engines/cognito/cognito.ts';

export type DemoUser = { email: string; password: string; teamId: string };

const email = 'demo@clientnest.example';
const password = 'a long pass phrase';

/** A user to sign in with at once, made through the API itself. The second time it is there already. */
export async function demoUser(apiUrl: string): Promise<DemoUser> {
  const api = clientNest({ baseUrl: `${apiUrl}/v1` });
  await api.signIn({ email, password }).catch(() => signUp(api));
  const [team] = (await api.GET('/me')).data.teams;
  if (team === undefined) throw new Error('the demo user has no team');
  return { email, password, teamId: team.id };
}

async function signUp(api: ClientNest): Promise<void> {
  // May be there, unconfirmed, when an earlier start was cut short: then only the code is missing.
  await api.POST('/auth/register', { body: { email, password, name: 'Demo User' } }).catch(unlessTaken);
  await api.POST('/auth/confirm', { body: { email, code: confirmationCode } });
  await api.signIn({ email, password });
}

function unlessTaken(error: unknown): void {
  if (!(error instanceof ApiProblem && error.code === 'auth.email_taken')) throw error;
}
