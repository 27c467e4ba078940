import type { SandboxApp } from '../sandbox-platform.ts';
import { invalid, missing, roleMissing } from './refusals.ts';
import { callerOf, checkHeaders, type LinkedinStore, memberUrn, organizationUrn } from './store.ts';

const scopes = ['rw_organization_admin', 'r_organization_admin'];

/** The organizations of a member: roles, and what an organization is called. */
export function addOrganizations(app: SandboxApp, store: LinkedinStore) {
  const { current } = store.state;

  app.get('/rest/organizationAcls', (c) => {
    checkHeaders(c);
    const { member } = callerOf(c, store, scopes);
    const { q, state, count = '10', start = '0' } = c.req.query();
    if (q !== 'roleAssignee') throw invalid('The sandbox finds by roleAssignee only');
    const elements = Object.values(current.organizations).flatMap(({ id, roles }) => {
      const role = roles[member.id];
      if (role === undefined || (state !== undefined && state !== 'APPROVED')) return [];
      return { roleAssignee: memberUrn(member), state: 'APPROVED', role, organization: organizationUrn(id) };
    });
    const from = Number(start);
    return c.json({
      paging: { start: from, count: Number(count), links: [] },
      elements: elements.slice(from, from + Number(count)),
    });
  });

  app.get('/rest/organizations/:id', (c) => {
    checkHeaders(c);
    const { member } = callerOf(c, store, scopes);
    const organization = current.organizations[c.req.param('id')];
    if (!organization) throw missing(`organization ${c.req.param('id')}`);
    if (organization.roles[member.id] === undefined) throw roleMissing();
    const { id, name, vanityName } = organization;
    return c.json({ id: Number(id), localizedName: name, vanityName, $URN: organizationUrn(id) });
  });
}
