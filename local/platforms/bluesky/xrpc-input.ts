import type { Context } from 'hono';
import type * as z from 'zod';
import { invalidRequest, xrpcError } from './refusals.ts';

/** The JSON body of a procedure. */
export async function inputOf<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const encoding = c.req.header('Content-Type')?.split(';')[0];
  if (!encoding) throw invalidRequest('Request encoding (Content-Type) required but not provided');
  if (encoding !== 'application/json') throw invalidRequest(`Wrong request encoding (Content-Type): ${encoding}`);
  const body: unknown = await c.req.json().catch((cause: unknown) => {
    throw xrpcError(400, 'SyntaxError', cause instanceof Error ? cause.message : 'The body is not JSON');
  });
  return fitting(body, schema);
}

export const queryOf = <Schema extends z.ZodType>(c: Context, schema: Schema) => fitting(c.req.query(), schema);

function fitting<Schema extends z.ZodType>(input: unknown, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalidRequest(firstIssue(parsed.error));
  return parsed.data;
}

/** A real server names the first thing that is wrong and where: `Missing … at $.record.text`. */
export function firstIssue({ issues }: z.ZodError, root = '$'): string {
  const issue = issues[0];
  const path = (issue?.path ?? [])
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('');
  return `${issue?.message} at ${root}${path}`;
}
