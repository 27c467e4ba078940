import type { Cors } from './http-api.ts';
import type { GatewayRequest } from './request-event.ts';

type Headers = Record<string, string>;

/** What the gateway adds for a page of another origin; nothing when the origin is not among those allowed. */
export function corsHeaders(cors: Cors | undefined, { headers }: GatewayRequest): Headers {
  const origin = headers.origin;
  if (cors === undefined || origin === undefined || !isAllowed(origin, cors)) return {};
  return {
    'access-control-allow-origin': cors.AllowOrigins.includes('*') ? '*' : origin,
    ...(cors.AllowOrigins.includes('*') ? {} : { vary: 'Origin' }),
    ...(cors.ExposeHeaders.length > 0 && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}

/** The answer to a preflight request, which the gateway gives itself, whatever the routes say. */
export function preflightHeaders(cors: Cors | undefined, request: GatewayRequest): Headers | undefined {
  const isPreflight = request.method === 'OPTIONS' && request.headers.origin !== undefined;
  if (cors === undefined || !isPreflight || request.headers['access-control-request-method'] === undefined)
    return undefined;
  const allowed = corsHeaders(cors, request);
  if (Object.keys(allowed).length === 0) return {};
  return {
    ...allowed,
    'access-control-allow-methods': cors.AllowMethods.join(','),
    'access-control-allow-headers': cors.AllowHeaders.join(','),
    ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
  };
}

const isAllowed = (origin: string, { AllowOrigins }: Cors) =>
  AllowOrigins.some(
    (allowed) =>
      allowed === '*' || allowed === origin || (allowed.endsWith('*') && origin.startsWith(allowed.slice(0, -1))),
  );
