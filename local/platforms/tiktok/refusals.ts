import { randomBytes } from 'node:crypto';
import { SandboxRefusal } from '../sandbox-refusal.ts';

export const logId = () => randomBytes(16).toString('hex').toUpperCase();

/** The envelope of the API: https://developers.tiktok.com/doc/tiktok-api-v2-error-handling */
export const tiktokError = (status: number, code: string, message: string) =>
  new SandboxRefusal(status, { data: {}, error: { code, message, log_id: logId() } });

export const unauthorized = () =>
  tiktokError(401, 'access_token_invalid', 'The access token is invalid or not found in the request.');
export const scopeMissing = (scope: string) =>
  tiktokError(401, 'scope_not_authorized', `The user did not authorize the scope required: ${scope}`);
export const invalid = (message: string) => tiktokError(400, 'invalid_params', message);
export const throttled = () => tiktokError(429, 'rate_limit_exceeded', 'The API rate limit was exceeded.');
export const failed = (status: number) => tiktokError(status, 'internal_error', 'Something went wrong on our side.');

/** Of the token endpoints: https://developers.tiktok.com/doc/oauth-error-handling */
export const oauthRefusal = (error: string, error_description: string) =>
  new SandboxRefusal(400, { error, error_description, log_id: logId() });
