import type { AppTools } from '../answer.ts';
import type { OAuth, OAuthApp } from '../oauth.ts';
import { facebookLogin } from './facebook-login.ts';
import { instagramLogin } from './instagram-login.ts';

/** Accounts come by the login that the consent was asked with. */
export function instagramAuth(tools: AppTools): OAuth {
  const logins = { instagram: instagramLogin(tools), facebook: facebookLogin(tools) };
  const loginOf = ({ login = 'instagram' }: Pick<OAuthApp, 'login'>) => logins[login];
  return {
    authorizationUrl: (app, asking) => loginOf(app).authorizationUrl(app, asking),
    exchange: (app, answer) => loginOf(app).exchange(app, answer),
    listAccounts: (app, grant) => loginOf(app).listAccounts(app, grant),
  };
}
