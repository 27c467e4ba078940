import * as z from 'zod';
import type { HttpCall } from '../../runtime/http.ts';
import { type ConnectedAccount, PlatformRefused } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { consentUrl, type Grant, type OAuth, type OAuthApp } from '../oauth.ts';
import { openTokens, tokensOf } from '../token-session.ts';
import { demanded, restCall } from './api.ts';
import { linkedinFacts } from './facts.ts';
import { Member, memberPath, Organization, organizationPath } from './identity.ts';
import { tokenAnswer } from './session.ts';

/** Roles at an organization whose holders may post for it. */
const postingRoles = ['ADMINISTRATOR', 'CONTENT_ADMINISTRATOR'];

const Roles = z.object({
  elements: z.array(z.object({ organization: z.string(), role: z.string(), state: z.string() })),
});

/** An organization is read one a call; so many are asked for at a time. */
const readsAtOnce = 10;
const mostOrganizations = 50;

/** OAuth at LinkedIn: code flow without PKCE. The consent opens the member and the organizations that the member runs. */
export function linkedinAuth(tools: AppTools): OAuth {
  const asked = () => tools.apps.api('linkedin').scopes ?? [];
  return {
    authorizationUrl: (app, { state }) =>
      consentUrl(`${app.server}/oauth/v2/authorization`, {
        client_id: app.clientId,
        redirect_uri: app.redirectUri,
        scope: asked().join(' '),
        state,
      }),

    async exchange(app, { code }) {
      const answer = await tokenAnswer(tools, {
        grant_type: 'authorization_code',
        code,
        client_id: app.clientId,
        client_secret: app.clientSecret,
        redirect_uri: app.redirectUri,
      });
      const tokens = tokensOf(answer, tools.now());
      const scopes = tokens.scopes ?? asked();
      return { secret: JSON.stringify({ ...tokens, scopes }), scopes };
    },

    async listAccounts(app, grant) {
      const reader = readerOf(tools, grant);
      const [member, organizations] = await Promise.all([
        reader({ method: 'GET', url: `${tools.apps.api('linkedin').api}/v2/userinfo` }, Member),
        grant.scopes.includes('w_organization_social') ? listOrganizations(tools, reader) : [],
      ]);
      const found = grant.scopes.includes('w_member_social') ? [memberFound(member), ...organizations] : organizations;
      return found.map((one) => accountOf(one, member, { app, grant }));
    },
  };
}

type Reader = <Schema extends z.ZodType>(call: HttpCall, schema: Schema) => Promise<z.output<Schema>>;

/** Reads with the token of a consent, which is new and needs no renewal. */
function readerOf(tools: AppTools, grant: Grant): Reader {
  const authorization = `Bearer ${openTokens(grant).accessToken}`;
  return async (call, schema) => {
    const answer = await ask(tools.http, { ...call, headers: { ...call.headers, authorization } });
    return demanded(schema, answer, tools.now());
  };
}

type Found = { urn: string; name: string; path: string; picture?: string | undefined };

const memberFound = ({ sub, name, picture }: z.infer<typeof Member>): Found => ({
  urn: `urn:li:person:${sub}`,
  name,
  path: memberPath,
  picture,
});

async function listOrganizations(tools: AppTools, reader: Reader): Promise<Found[]> {
  const query = { q: 'roleAssignee', state: 'APPROVED', count: '100' };
  const { elements } = await reader(restCall(tools, 'organizationAcls', query), Roles);
  const posting = elements.filter(({ role, state }) => state === 'APPROVED' && postingRoles.includes(role));
  const urns = [...new Set(posting.map(({ organization }) => organization))].slice(0, mostOrganizations);
  const found: (Found | undefined)[] = [];
  for (let start = 0; start < urns.length; start += readsAtOnce) {
    const group = urns.slice(start, start + readsAtOnce);
    found.push(...(await Promise.all(group.map((urn) => readOrganization(tools, reader, urn)))));
  }
  return found.flatMap((one) => one ?? []);
}

/** Undefined for one that may not be read: it can't be chosen by name. */
async function readOrganization(tools: AppTools, reader: Reader, urn: string): Promise<Found | undefined> {
  const id = encodeURIComponent(urn.split(':').at(-1) ?? '');
  try {
    const { localizedName, vanityName } = await reader(restCall(tools, `organizations/${id}`), Organization);
    return { urn, name: localizedName, path: organizationPath(id, vanityName) };
  } catch (error) {
    if (error instanceof PlatformRefused && isClosed(error)) return undefined;
    throw error;
  }
}

const isClosed = ({ refusal: { kind } }: PlatformRefused) => kind === 'account_restricted' || kind === 'target_gone';

type Consent = { app: OAuthApp; grant: Grant };

const accountOf = (
  { urn, name, path, picture }: Found,
  { sub }: z.infer<typeof Member>,
  { app, grant }: Consent,
): ConnectedAccount => ({
  accountKey: urn,
  grantKey: sub,
  accountId: urn,
  accountName: name,
  accountUrl: `${app.server}/${path}`,
  avatarUrl: picture,
  server: app.server,
  scopes: grant.scopes,
  textLimits: linkedinFacts.limits.text,
  secret: grant.secret,
});
