import { type Domain, type Endpoint, roles, scopes } from '../../functions/runtime/contract.ts';
import { code, table } from './markdown.ts';

const opening = `# Who may do what

Written by \`npm run openapi\` from the contracts; the same rules are what the border of every operation checks.

A role may do what the lower ones may. An API key acts as an admin of its team, within its scopes: an operation without a
scope is closed to keys. Some operations are narrower than their row: their description in the
[OpenAPI document](openapi.json) says how.`;

/** docs/permissions.md: operation × role × scope. */
export function permissionsPage(domains: readonly Domain[]): string {
  const endpoints = domains.flatMap((domain) => Object.values(domain.endpoints ?? {}));
  const of = (auth: Endpoint['auth']) => endpoints.filter((entry) => entry.auth === auth);
  const parts = [
    opening,
    '## In a team',
    table(['operation', ...roles, 'API key with', 'audited as'], of('team').map(teamRow)),
    '## Signed in, without a team',
    table(
      ['operation', '', 'audited as'],
      of('user').map((entry) => [operation(entry), entry.summary, code(entry.audit)]),
    ),
    '## Anyone',
    table(
      ['operation', ''],
      of('none').map((entry) => [operation(entry), entry.summary]),
    ),
    '## Scopes of API keys',
    table(
      ['scope', 'allows'],
      scopes.map((scope) => [
        code(scope),
        endpoints
          .filter((one) => one.scope === scope)
          .map(operation)
          .join('<br>'),
      ]),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function teamRow(entry: Endpoint): string[] {
  const lowest = roles.indexOf(entry.role ?? 'viewer');
  const marks = roles.map((_, rank) => (rank >= lowest ? '✓' : ''));
  return [operation(entry), ...marks, code(entry.scope), code(entry.audit)];
}

const operation = ({ route }: Endpoint) => code(route);
