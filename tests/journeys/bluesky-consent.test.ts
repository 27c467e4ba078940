import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Connection } from '../../functions/connections/contract.ts';
import { consentOf } from '../support/bluesky-client.ts';
import { addresses, api, newAccount, postIn } from '../support/journey.ts';

const Begun = z.object({ authorizationUrl: z.string(), state: z.string() });
const Made = z.object({ id: z.string() });

describe('Bluesky by consent, through the running stack', () => {
  test('the sandbox knows us by our document, and what is posted appears there', async () => {
    const ada = await newAccount('Ada');
    // Locally the directory of accounts is the sandbox that all journeys share.
    const identifier = addresses.bluesky;
    const request = { platform: 'bluesky', identifier, redirectUri: 'http://localhost:3000/connected' };
    const begun = await api.get(Begun, 'POST /connections/authorize', { ...ada, body: request });
    const { code, issuer } = await consentOf(begun.authorizationUrl, `${crypto.randomUUID().slice(0, 12)}.test`);
    const body = { platform: 'bluesky', code, state: begun.state, iss: issuer };
    const { id, scopes } = await api.get(Connection, 'POST /connections', { ...ada, body });
    expect(scopes).toContain('atproto');
    const post = await api.get(Made, 'POST /posts', { ...ada, body: { text: 'By consent', connectionIds: [id] } });
    expect(await api.call(`POST /posts/${post.id}/publish`, ada)).toMatchObject({ status: 202 });
    await postIn(ada, post.id, 'published');
    expect(await api.call(`POST /connections/${id}/refresh`, ada)).toMatchObject({ status: 200 });
    expect(await api.call(`DELETE /connections/${id}`, ada)).toMatchObject({ status: 204 });
  });
});
