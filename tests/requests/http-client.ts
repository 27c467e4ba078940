export type HttpRequest = {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
};
/** `body` is the text, read as JSON where it is some. */
export type HttpAnswer = { status: number; headers: Headers; text: string; body: unknown };

/**
 * Sends requests as they are: nothing is added, and nothing of the answer is judged. Where the connection breaks before
 * there is an answer, a read is sent once more; a change is not, for nobody knows what became of it.
 */
export function httpClient(url: string) {
  return async (request: HttpRequest): Promise<HttpAnswer> => {
    try {
      return await sent(url, request);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      if (request.method === 'GET') return sent(url, request);
      throw new Error(`${request.method} ${request.path}: the connection broke`, { cause: error.cause });
    }
  };
}
export type HttpClient = ReturnType<typeof httpClient>;

async function sent(url: string, { method, path, headers, body }: HttpRequest): Promise<HttpAnswer> {
  const response = await fetch(`${url}${path}`, { method, headers, body: body ?? null, redirect: 'manual' });
  const text = await response.text();
  const isJson = text !== '' && response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : text };
}

/** What was answered, as text for people: who reads a failure sees the request and the answer. */
export const told = ({ method, path }: HttpRequest, { status, body }: HttpAnswer) =>
  `${method} ${path}: ${status} ${JSON.stringify(body)}`;
