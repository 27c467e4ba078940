import type * as z from 'zod';

type Call = { body?: unknown; token?: string; teamId?: string };
export type ApiAnswer = { status: number; body: unknown };

/** A plain client of the HTTP API, as a frontend would write it. */
export function apiAt(apiUrl: string) {
  async function call(route: string, { body, token, teamId }: Call = {}): Promise<ApiAnswer> {
    const [method = 'GET', path = '/'] = route.split(' ');
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(teamId && { 'x-team-id': teamId }),
    };
    const response = await fetch(`${apiUrl}/v1${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }

  return {
    call,
    /** The parsed body of a call that must succeed. */
    async get<Schema extends z.ZodType>(schema: Schema, route: string, options: Call = {}): Promise<z.output<Schema>> {
      const { status, body } = await call(route, options);
      if (status >= 300) throw new Error(`${route}: ${status} ${JSON.stringify(body)}`);
      return schema.parse(body);
    },
  };
}
