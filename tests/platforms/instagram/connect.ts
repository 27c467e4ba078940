import { instagramAuth } from '../../../functions/platforms/instagram/auth.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import { callsTo, connectByConsent, redirectUri } from '../../support/sandbox.ts';

type Login = 'instagram' | 'facebook';

/** Our app as a consent by this login has it. */
export const appAt = (server: string, login?: Login) => ({ server, redirectUri, ...sandboxApp, login });

/** An account, by one of the two logins. */
export const connectInstagram = (server: string, login: Login, username = 'alice') =>
  connectByConsent(instagramAuth(callsTo(server)), appAt(server, login), username);
