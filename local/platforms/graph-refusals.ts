import { randomBytes } from 'node:crypto';
import { SandboxRefusal } from './sandbox-refusal.ts';

type GraphError = {
  status?: number;
  message: string;
  type?: string;
  code: number;
  subcode?: number;
  user?: { title: string; message: string };
  isTransient?: boolean;
  headers?: Record<string, string>;
};

/** A refusal in the envelope of Meta's Graph APIs. */
export const graphError = ({ status = 400, headers, ...error }: GraphError) =>
  new SandboxRefusal(
    status,
    {
      error: {
        message: error.message,
        type: error.type ?? 'OAuthException',
        code: error.code,
        ...(error.subcode !== undefined && { error_subcode: error.subcode }),
        ...(error.isTransient !== undefined && { is_transient: error.isTransient }),
        ...(error.user && { error_user_title: error.user.title, error_user_msg: error.user.message }),
        fbtrace_id: randomBytes(8).toString('base64url'),
      },
    },
    headers,
  );

export const tokenMissing = () =>
  graphError({ message: 'An access token is required to request this resource.', code: 104 });
export const tokenInvalid = () =>
  graphError({ message: 'Invalid OAuth access token - Cannot parse access token', code: 190 });
export const tokenExpired = () =>
  graphError({
    message: 'Error validating access token: Session has expired.',
    code: 190,
    subcode: 463,
  });
export const permissionMissing = (scope: string) =>
  graphError({
    status: 403,
    message: `(#10) Application does not have permission for this action (${scope})`,
    code: 10,
  });
export const invalidParameter = (message: string) => graphError({ message, type: 'THApiException', code: 100 });
export const objectMissing = (id: string, method: 'get' | 'post' = 'get') =>
  graphError({
    message: `Unsupported ${method} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
    type: 'GraphMethodException',
    code: 100,
    subcode: 33,
  });

/** Meta counts calls in shares of a limit, and tells in minutes when there is room again. */
export const throttled = (retryAfterSeconds: number) =>
  graphError({
    status: 403,
    message: '(#4) Application request limit reached',
    code: 4,
    isTransient: true,
    headers: {
      'X-Business-Use-Case-Usage': JSON.stringify({
        '1': [
          {
            type: 'threads',
            call_count: 100,
            total_cputime: 1,
            total_time: 1,
            estimated_time_to_regain_access: Math.ceil(retryAfterSeconds / 60),
          },
        ],
      }),
    },
  });

export const failed = (status: number) =>
  graphError({
    status,
    message: 'An unexpected error has occurred. Please retry your request later.',
    code: 2,
    isTransient: true,
  });
