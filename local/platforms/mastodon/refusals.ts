import { SandboxRefusal } from '../sandbox-refusal.ts';

export const unauthorized = (description: string) =>
  new SandboxRefusal(
    401,
    { error: description },
    { 'WWW-Authenticate': `Bearer realm="Doorkeeper", error="invalid_token", error_description="${description}"` },
  );

export const outsideScopes = () => new SandboxRefusal(403, { error: 'This action is outside the authorized scopes' });
export const recordNotFound = () => new SandboxRefusal(404, { error: 'Record not found' });
export const repliedToNothing = () =>
  new SandboxRefusal(404, { error: 'The post you are trying to reply to does not appear to exist.' });
export const invalid = (reason: string) => new SandboxRefusal(422, { error: `Validation failed: ${reason}` });
export const unprocessable = (error: string) => new SandboxRefusal(422, { error });

export const tooManyRequests = (limit: number, resetAt: Date, headers: Record<string, string> = {}) =>
  new SandboxRefusal(
    429,
    { error: 'Too many requests' },
    { ...rateLimitHeaders({ limit, remaining: 0, resetAt }), ...headers },
  );

type RateFigures = { limit: number; remaining: number; resetAt: Date };
export const rateLimitHeaders = ({ limit, remaining, resetAt }: RateFigures) => ({
  'X-RateLimit-Limit': String(limit),
  'X-RateLimit-Remaining': String(remaining),
  'X-RateLimit-Reset': resetAt.toISOString(),
});

const failures: Record<number, string> = {
  401: 'The access token is invalid',
  403: 'This action is not allowed',
  404: 'Record not found',
  422: 'Validation failed',
  503: 'There was a temporary problem serving your request, please try again',
};
export const failed = (status: number) =>
  new SandboxRefusal(status, { error: failures[status] ?? "We're sorry, but something went wrong on our end." });

const oauthErrors = {
  invalid_request: [
    400,
    'The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.',
  ],
  invalid_grant: [
    400,
    'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  ],
  invalid_scope: [400, 'The requested scope is invalid, unknown, or malformed.'],
  invalid_redirect_uri: [400, "The requested redirect uri is malformed or doesn't match client redirect URI."],
  invalid_code_challenge_method: [400, 'The code challenge method must be S256.'],
  unsupported_response_type: [400, 'The authorization server does not support this response type.'],
  unsupported_grant_type: [400, 'The authorization grant type is not supported by the authorization server.'],
  invalid_client: [
    401,
    'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
  ],
  access_denied: [401, 'The resource owner or authorization server denied the request.'],
  unauthorized_client: [403, 'You are not authorized to revoke this token'],
} as const satisfies Record<string, readonly [number, string]>;
export type OAuthError = keyof typeof oauthErrors;

export const oauthErrorText = (error: OAuthError) => oauthErrors[error][1];
export const oauthRefusal = (error: OAuthError) =>
  new SandboxRefusal(oauthErrors[error][0], { error, error_description: oauthErrors[error][1] });
