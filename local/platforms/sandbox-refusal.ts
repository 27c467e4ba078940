/** An answer other than success, thrown from anywhere in a sandbox and sent as it is. */
export class SandboxRefusal extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  response() {
    return Response.json(this.body, { status: this.status, headers: this.headers });
  }
}
