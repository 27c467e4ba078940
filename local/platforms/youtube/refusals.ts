import { SandboxRefusal } from '../sandbox-refusal.ts';

type GoogleError = { status: number; reason: string; message: string; domain?: string };

/** The envelope of Google's APIs: https://developers.google.com/youtube/v3/docs/errors */
const googleError = ({ status, reason, message, domain = 'youtube.video' }: GoogleError) =>
  new SandboxRefusal(status, { error: { code: status, message, errors: [{ message, domain, reason }] } });

export const unauthorized = () =>
  googleError({
    status: 401,
    reason: 'authError',
    message: 'Request had invalid authentication credentials.',
    domain: 'global',
  });
export const scopeMissing = () =>
  googleError({
    status: 403,
    reason: 'insufficientPermissions',
    message: 'Request had insufficient authentication scopes.',
    domain: 'global',
  });
export const invalid = (reason: string, message: string) => googleError({ status: 400, reason, message });
export const missing = (reason: string, message: string) => googleError({ status: 404, reason, message });
export const forbidden = (reason: string, message: string) =>
  googleError({ status: 403, reason, message, domain: 'youtube.commentThread' });
export const throttled = () =>
  googleError({
    status: 403,
    reason: 'rateLimitExceeded',
    message: 'The request cannot be completed because too many requests were sent.',
    domain: 'usageLimits',
  });
export const failed = (status: number) =>
  googleError({ status, reason: 'backendError', message: 'Backend Error', domain: 'global' });

/** Of the token service (RFC 6749 §5.2). */
export const oauthRefusal = (status: number, error: string, error_description: string) =>
  new SandboxRefusal(status, { error, error_description });
