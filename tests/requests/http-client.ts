export type HttpRequest = {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
};
export type HttpAnswer = { status: number; headers: Headers; body: unknown };

/** Sends requests as they are: nothing is added, and nothing of the answer is judged. */
export function httpClient(url: string) {
  return async ({ method, path, headers, body }: HttpRequest): Promise<HttpAnswer> => {
    const response = await fetch(`${url}${path}`, { method, headers, body: body ?? null, redirect: 'manual' });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}
export type HttpClient = ReturnType<typeof httpClient>;

/** What was answered, as text for people: who reads a failure sees the request and the answer. */
export const told = ({ method, path }: HttpRequest, { status, body }: HttpAnswer) =>
  `${method} ${path}: ${status} ${JSON.stringify(body)}`;
