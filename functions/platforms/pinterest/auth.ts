import * as z from 'zod';
import type { ConnectedAccount } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { consentUrl, type Grant, type OAuth, type OAuthApp } from '../oauth.ts';
import { openTokens, tokensOf } from '../token-session.ts';
import { demanded, pinterestUrl, tokenAnswer } from './api.ts';
import { Board, shownBoard } from './boards.ts';
import { pinterestFacts } from './facts.ts';
import { listPages } from './pages.ts';

const { scopes } = pinterestFacts;

/** https://developers.pinterest.com/docs/api/v5/user_account-get */
const User = z.object({ id: z.string().min(1).optional(), username: z.string().min(1) });

/** Boards that one list shows, 250 a call: more would keep the caller waiting too long. */
const listCalls = 3;

/** OAuth at Pinterest: code flow without PKCE. Pins go to boards, so each board is an account to choose. */
export function pinterestAuth(tools: AppTools): OAuth {
  return {
    authorizationUrl: (app, { state }) =>
      consentUrl(`${app.server}/oauth/`, {
        client_id: app.clientId,
        redirect_uri: app.redirectUri,
        scope: scopes.join(','),
        state,
      }),

    async exchange(app, { code }) {
      const fields = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: app.redirectUri,
        // Apps that were made before 25 September 2025 get a refresh token of another kind without it.
        continuous_refresh: 'true',
      };
      const tokens = tokensOf(await tokenAnswer(tools, app, fields), tools.now());
      return { secret: JSON.stringify(tokens), scopes: tokens.scopes ?? scopes };
    },

    listAccounts: (app, grant) => listBoards(tools, app, grant),
  };
}

async function listBoards(tools: AppTools, { server }: OAuthApp, grant: Grant): Promise<ConnectedAccount[]> {
  const headers = { authorization: `Bearer ${openTokens(grant).accessToken}` };
  const send: AppTools['http'] = (call) => tools.http({ ...call, headers });
  const [answer, { items }] = await Promise.all([
    ask(send, { method: 'GET', url: pinterestUrl(tools, 'user_account') }),
    listPages(tools, send, { item: Board, path: 'boards', maxCalls: listCalls }),
  ]);
  const user = demanded(User, answer, tools.now());
  return items.map((board) => ({
    accountKey: board.id,
    grantKey: user.id ?? user.username,
    accountId: board.id,
    ...shownBoard(tools, { owner: { username: user.username }, ...board }),
    server,
    scopes: grant.scopes,
    textLimits: pinterestFacts.limits.text,
    secret: grant.secret,
  }));
}
