import type * as z from 'zod';
import type { HttpMessage, HttpReply } from './http-hop.ts';

export type Send = (message: HttpMessage) => Promise<HttpReply>;

/** An error answer of an AWS service that speaks JSON, by the name that its SDK throws. */
export class ServiceError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

type Call = { target: string; input: object; region?: string; contentType?: string };

/** Calls one action of an engine as the runner itself. Engines check that a request is signed, not by whom. */
export async function callJson<Schema extends z.ZodType>(
  send: Send,
  { target, input, region = 'us-east-1', contentType = 'application/x-amz-json-1.0' }: Call,
  answer: Schema,
): Promise<z.output<Schema>> {
  const reply = await send({
    method: 'POST',
    path: '/',
    headers: {
      'content-type': contentType,
      'x-amz-target': target,
      'x-amz-date': '20250101T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=local/20250101/${region}/any/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: Buffer.from(JSON.stringify(input)),
  });
  const parsed: unknown = reply.body.length === 0 ? {} : JSON.parse(reply.body.toString());
  if (reply.status >= 400) throw serviceError(parsed);
  return answer.parse(parsed);
}

function serviceError(body: unknown) {
  const { __type, message, Message } = Object.assign(
    { __type: 'Unknown', message: undefined, Message: undefined },
    body,
  );
  return new ServiceError(String(__type).split('#').at(-1) ?? 'Unknown', String(message ?? Message ?? ''));
}
