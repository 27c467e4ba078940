import { FetchError, JwksValidationError, JwtBaseError, JwtExpiredError } from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import * as z from 'zod';
import { config } from '../runtime/config.ts';

/** Whose token it is, or why it is none of ours. */
export type Verified = { sub: string } | { refusal: 'auth.token_invalid' | 'auth.token_expired' };

export type VerifierSettings = { issuer: string; clientId: string; jwksUri: string };

const keysTimeoutMs = 3000;

/**
 * Verifies access tokens of the user pool: signature, issuer, expiry, kind and client. The pool's keys are fetched once
 * and again only for a key that is new; not to get them at all throws, for that says nothing about the token.
 */
export function tokenVerifier({ issuer, clientId, jwksUri }: VerifierSettings = deployedSettings()) {
  const jwksCache = new SimpleJwksCache({ fetcher: { fetch: fetchKeys } });
  const verifier = JwtVerifier.create({ issuer, audience: null, jwksUri }, { jwksCache });
  const AccessClaims = z.object({
    sub: z.uuid(),
    exp: z.number(),
    token_use: z.literal('access'),
    client_id: z.literal(clientId),
  });

  return {
    async verify(jwt: string): Promise<Verified> {
      try {
        const claims = AccessClaims.safeParse(await verifier.verify(jwt));
        return claims.success ? { sub: claims.data.sub } : { refusal: 'auth.token_invalid' };
      } catch (error) {
        const isAboutToken = error instanceof JwtBaseError && !isAboutKeys(error);
        if (!isAboutToken) throw error;
        return { refusal: error instanceof JwtExpiredError ? 'auth.token_expired' : 'auth.token_invalid' };
      }
    },
  };
}
export type TokenVerifier = ReturnType<typeof tokenVerifier>;

const isAboutKeys = (error: JwtBaseError): boolean =>
  error instanceof FetchError || error instanceof JwksValidationError;

/** A pool's tokens name AWS as their issuer wherever the pool runs; only where its keys are fetched from may differ. */
function deployedSettings(): VerifierSettings {
  const { AWS_REGION, USER_POOL_ID, USER_POOL_CLIENT_ID, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER } = config(
    'AWS_REGION',
    'USER_POOL_ID',
    'USER_POOL_CLIENT_ID',
    'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER',
  );
  const pool = `https://cognito-idp.${AWS_REGION}.amazonaws.com`;
  const keysFrom = AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER ?? pool;
  return {
    issuer: `${pool}/${USER_POOL_ID}`,
    clientId: USER_POOL_CLIENT_ID,
    jwksUri: new URL(`/${USER_POOL_ID}/.well-known/jwks.json`, keysFrom).href,
  };
}

async function fetchKeys(uri: string): Promise<ArrayBuffer> {
  const answer = await fetch(uri, { signal: AbortSignal.timeout(keysTimeoutMs) }).catch((cause) => {
    throw new FetchError(uri, cause);
  });
  if (!answer.ok) throw new FetchError(uri, `status ${answer.status}`);
  return answer.arrayBuffer();
}
