import { SandboxRefusal } from '../sandbox-refusal.ts';

type LinkedinError = { status: number; code: string; message: string; serviceErrorCode?: number };

const linkedinError = ({ status, ...error }: LinkedinError) => new SandboxRefusal(status, { status, ...error });

export const tokenInvalid = () =>
  linkedinError({
    status: 401,
    serviceErrorCode: 65600,
    code: 'INVALID_ACCESS_TOKEN',
    message: 'Invalid access token',
  });
export const tokenRevoked = () =>
  linkedinError({
    status: 401,
    serviceErrorCode: 65601,
    code: 'REVOKED_ACCESS_TOKEN',
    message: 'The token used in the request has been revoked by the user',
  });
export const tokenExpired = () =>
  linkedinError({
    status: 401,
    serviceErrorCode: 65602,
    code: 'EXPIRED_ACCESS_TOKEN',
    message: 'The token used in the request has expired',
  });

export const permissionMissing = (operation: string) =>
  linkedinError({
    status: 403,
    serviceErrorCode: 100,
    code: 'ACCESS_DENIED',
    message: `Not enough permissions to access: ${operation}`,
  });
export const roleMissing = () =>
  linkedinError({ status: 403, code: 'ACCESS_DENIED', message: 'The viewer has no role at this organization' });
export const missing = (what: string) =>
  linkedinError({ status: 404, code: 'NOT_FOUND', message: `Could not find ${what}` });
export const invalid = (message: string) => linkedinError({ status: 400, code: 'INVALID_ARGUMENT', message });

/** https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/videos-api */
export const videoForbidden = () =>
  new SandboxRefusal(403, {
    message: 'Accessing this video resource is forbidden. Please check your permissions for this resource',
    status: 403,
  });
export const uploadExpired = () =>
  linkedinError({ status: 400, code: 'EXPIRED_UPLOAD_URL', message: 'The Video upload URL is expired' });
export const assetWaiting = () =>
  linkedinError({ status: 400, code: 'MEDIA_ASSET_WAITING_UPLOAD', message: 'Media asset is waiting upload' });
export const partsRefused = () =>
  linkedinError({ status: 400, code: 'INVALID_ARGUMENT', message: 'All chunks IDs must be signed' });

export const versionMissing = () =>
  linkedinError({
    status: 400,
    code: 'VERSION_MISSING',
    message: 'A version must be present. Please specify a version by adding the LinkedIn-Version header.',
  });
export const versionRetired = (version: string) =>
  linkedinError({
    status: 426,
    code: 'NONEXISTENT_VERSION',
    message: `Requested version ${version} is not active`,
  });

/** What is wrong with a field of the body comes in an older form. */
const badRequest = (message: string, inputError: { code: string; description: string }) =>
  new SandboxRefusal(422, {
    errorDetailType: 'com.linkedin.common.error.BadRequest',
    message: `com.linkedin.content.common.exception.BadRequestResponseException: ${message}`,
    errorDetails: { inputErrors: [{ ...inputError, input: {} }] },
    status: 422,
  });

export const duplicate = (urn: string) =>
  badRequest(`Content is a duplicate of ${urn}`, {
    code: 'DUPLICATE_POST',
    description: 'Duplicate post is detected',
  });
export const tooLong = (length: number, max: number) =>
  badRequest(`commentary text length (${length} characters) exceeded the maximum allowed (${max} characters)`, {
    code: 'FIELD_LENGTH_TOO_LONG',
    description: 'commentary is too long',
  });

/** When there is room again is not told. */
export const throttled = () =>
  linkedinError({
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    message: 'Resource level throttle limit for calls to this resource is reached.',
  });
export const failed = (status: number) =>
  linkedinError({ status, code: 'INTERNAL_SERVER_ERROR', message: 'Internal Server Error' });

/** Token endpoints (RFC 6749 §5.2). */
export const oauthRefusal = (status: number, error: string, description: string) =>
  new SandboxRefusal(status, { error, error_description: description });
