import { SandboxRefusal } from '../sandbox-refusal.ts';

type Problem = { status: number; title: string; detail: string; type?: string };

const problem = ({ status, title, detail, type }: Problem, headers: Record<string, string> = {}) =>
  new SandboxRefusal(
    status,
    { title, detail, type: type === undefined ? 'about:blank' : `https://api.x.com/2/problems/${type}`, status },
    headers,
  );

export const unauthorized = () => problem({ status: 401, title: 'Unauthorized', detail: 'Unauthorized' });
export const scopeMissing = () =>
  problem({
    status: 403,
    title: 'Forbidden',
    detail: 'Your client app is not configured with the appropriate oauth2 app permissions for this endpoint.',
    type: 'oauth2-permissions',
  });
export const duplicate = () =>
  problem({
    status: 403,
    title: 'Forbidden',
    detail: 'You are not allowed to create a Tweet with duplicate content.',
  });
/** As reported at https://github.com/plhery/node-twitter-api-v2/issues/366 */
export const answeredIsGone = () =>
  problem({
    status: 403,
    title: 'Forbidden',
    detail: 'You attempted to reply to a Tweet that is deleted or not visible to you.',
  });
export const invalid = (detail: string) =>
  problem({ status: 400, title: 'Invalid Request', detail, type: 'invalid-request' });
/** As reported at https://github.com/abraham/twitteroauth/issues/1222 */
export const mediaInvalid = (ids: readonly string[]) =>
  new SandboxRefusal(400, {
    errors: [{ parameters: { 'media.media_ids': [`[${ids.join(', ')}]`] }, message: 'Your media IDs are invalid.' }],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: 'https://api.x.com/2/problems/invalid-request',
  });
export const missing = (detail: string) =>
  problem({ status: 404, title: 'Not Found', detail, type: 'resource-not-found' });
export const failed = (status: number) =>
  problem({ status, title: 'Internal Server Error', detail: 'Something is broken.' });

/** The reset is told with every answer, in seconds since 1970. */
export const throttled = (retryAfterSeconds: number, now: Date) =>
  problem(
    { status: 429, title: 'Too Many Requests', detail: 'Too Many Requests' },
    {
      'x-rate-limit-limit': '100',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(Math.ceil(now.getTime() / 1000) + retryAfterSeconds),
    },
  );

/** Token endpoints (RFC 6749 §5.2). */
export const oauthRefusal = (status: number, error: string, error_description: string) =>
  new SandboxRefusal(status, { error, error_description });
