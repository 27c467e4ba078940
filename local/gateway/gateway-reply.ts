import * as z from 'zod';

export type GatewayReply = { status: number; headers: Record<string, string | string[]>; body: Buffer };

const Structured = z.object({
  statusCode: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{3}$/)
        .transform(Number),
    ])
    .pipe(z.number().int().min(100).max(599)),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
});

/** Lambda gives at most 6 MB back. */
const resultLimit = 6 * 1024 * 1024;

/** What the gateway makes of a function's result (as JSON text). */
export function functionReply(result: string): GatewayReply {
  if (result.length > resultLimit) return gatewayError(500);
  const value: unknown = JSON.parse(result);
  // A result without a status is a body by itself.
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const text = typeof value === 'string' ? value : result;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  const structured = Structured.safeParse(value);
  if (!structured.success) return gatewayError(500);
  const { statusCode, headers, cookies, body, isBase64Encoded } = structured.data;
  const named = Object.entries(headers ?? {}).map(([name, text]) => [name.toLowerCase(), String(text)] as const);
  return {
    status: statusCode,
    headers: {
      ...(body && { 'content-type': 'text/plain;charset=UTF-8' }),
      ...Object.fromEntries(named),
      ...(cookies && cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const messages = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** The gateway's own answers. */
export const gatewayError = (status: keyof typeof messages): GatewayReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message: messages[status] })),
});
