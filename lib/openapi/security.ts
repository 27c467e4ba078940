import { type Domain, scopes } from '../../functions/runtime/contract.ts';

/** The two kinds of callers; OpenAPI has no place for the scopes of a bearer, so the description has them. */
export function securitySchemes(domains: readonly Domain[]) {
  const endpoints = domains.flatMap((domain) => Object.values(domain.endpoints ?? {}));
  const allowedBy = scopes.map((scope) => {
    const routes = endpoints.filter((entry) => entry.scope === scope).map(({ route }) => `\`${route}\``);
    return `- \`${scope}\`: ${routes.join(', ')}`;
  });
  return {
    session: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The access token of a signed-in user, from `POST /v1/auth/login`.',
    },
    apiKey: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'cn_…',
      description: [
        'An API key of a team, from `POST /v1/api-keys`, for programs. It may do what its scopes allow:',
        allowedBy.join('\n'),
        'Operations without a scope are closed to keys.',
      ].join('\n\n'),
    },
  } as const;
}
