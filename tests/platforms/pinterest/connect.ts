import { pinterestAuth } from '../../../functions/platforms/pinterest/auth.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import { callsTo, connectByConsent, redirectUri } from '../../support/sandbox.ts';

export const appAt = (server: string) => ({ server, redirectUri, ...sandboxApp });

/** The board at this place among the user's. */
export const connectPinterest = (server: string, username = 'alice', place = 0) =>
  connectByConsent(pinterestAuth(callsTo(server)), appAt(server), username, place);
