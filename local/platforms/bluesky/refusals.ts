import { SandboxRefusal } from '../sandbox-refusal.ts';

export const xrpcError = (status: number, error: string, message: string, headers?: Record<string, string>) =>
  new SandboxRefusal(status, { error, message }, headers);

export const invalidRequest = (message: string) => xrpcError(400, 'InvalidRequest', message);
export const authMissing = () => xrpcError(401, 'AuthMissing', 'Authentication Required');
export const invalidToken = (message: string) => xrpcError(400, 'InvalidToken', message);
export const expiredToken = (message: string) => xrpcError(400, 'ExpiredToken', message);

export const rateLimitExceeded = (headers: Record<string, string>) =>
  xrpcError(429, 'RateLimitExceeded', 'Rate Limit Exceeded', headers);

const failures: Record<number, [error: string, message: string]> = {
  400: ['InvalidRequest', 'Invalid Request'],
  401: ['AuthenticationRequired', 'Authentication Required'],
  403: ['Forbidden', 'Forbidden'],
  404: ['XRPCNotSupported', 'XRPC Not Supported'],
  413: ['PayloadTooLarge', 'Payload Too Large'],
  500: ['InternalServerError', 'Internal Server Error'],
  502: ['UpstreamFailure', 'Upstream Failure'],
  503: ['NotEnoughResources', 'Not Enough Resources'],
  504: ['UpstreamTimeout', 'Upstream Timeout'],
};

export function failed(status: number): SandboxRefusal {
  const [error, message] = failures[status] ?? failures[status < 500 ? 400 : 500] ?? ['Unknown', 'Unknown'];
  return xrpcError(status, error, message);
}
