import { facebookAdapter } from '../../../functions/platforms/facebook/adapter.ts';
import { publicApis } from '../../../lib/platform-apis.ts';
import { callsTo, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';

const { version } = publicApis.facebook;

export const account = {
  server: publicApis.facebook.web,
  accountId: '1001',
  accountName: 'A page',
  secret: JSON.stringify({ pageToken: 'EAApage', userId: '7' }),
  renewSecret: neverRenewed,
};
export const publication = { text: 'Hello', handle: 'h' };
export const attemptedAt = new Date('2030-01-01T12:00:00Z');

/** Between two looks at a video. */
const nobodyWaits = async () => undefined;

export type Act<Outcome> = (adapter: ReturnType<typeof facebookAdapter>) => Promise<Outcome>;

/** What comes of calls to a server that answers as told; the last answer repeats. `sent` is without the signature. */
export async function against<Outcome>(answers: readonly Answer[], act: Act<Outcome>) {
  const left = [...answers];
  const server = await scriptedServer(() => (left.length > 1 ? left.shift() : left[0]) ?? {});
  const outcome = await act(facebookAdapter(callsTo(server.url), nobodyWaits));
  await server.stop();
  const sent = server.requests.map(({ method, path, body }) => {
    const url = new URL(path, server.url);
    const given = Object.fromEntries(method === 'GET' ? url.searchParams : new URLSearchParams(body));
    const { access_token: _, appsecret_proof: __, ...fields } = given;
    return { call: `${method} ${url.pathname.replace(`/${version}`, '')}`, fields };
  });
  return { outcome, sent, url: server.url };
}

/** https://developers.facebook.com/docs/graph-api/guides/error-handling */
export const graphError = (code: number, subcode?: number, status = 400): Answer => ({
  status,
  body: { error: { message: 'No', type: 'OAuthException', code, error_subcode: subcode, fbtrace_id: 'A1' } },
});
