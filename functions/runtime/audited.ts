import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import type { AuditIntake } from './audit-intake.ts';
import { AuthorizerContext } from './caller.ts';
import type { EndpointSpec } from './contract.ts';
import type { HttpReply } from './http-reply.ts';
import { log, measure } from './log.ts';
import type { AuditRecord } from './shapes.ts';

const Audited = z.object({ authorizer: z.object({ lambda: AuthorizerContext }) });
/** Where the path names no target, the reply does: a thing that was made, and the team of one that was joined. */
const Made = z.object({ id: z.string().optional(), teamId: z.string().optional() });
/** A refusal that is given again for its `Idempotency-Key` is known by its reply alone. */
const Refused = z.object({ code: z.string() });

type Attempt = { event: APIGatewayProxyEventV2; reply: HttpReply; code: string | undefined };

/**
 * Puts a call into the audit log of its team, whatever came of it. Callers who are not of the team leave no trace there:
 * strangers could fill it. A record that can't be taken is reported, and an alarm tells: the reply is not held back.
 */
export async function auditCall({ audit }: EndpointSpec, attempt: Attempt, intake: () => AuditIntake): Promise<void> {
  const record = audit === undefined ? undefined : recordOf(audit, attempt);
  if (!record) return;
  try {
    await intake().take(record);
  } catch (error) {
    log.error('audit.lost', { ...record, error: error as Error });
    measure('audit', { lost: { count: 1 } });
  }
}

function recordOf(action: string, { event, reply, code }: Attempt): Omit<AuditRecord, 'id' | 'at'> | undefined {
  const { requestContext, pathParameters } = event;
  const authorized = Audited.safeParse(requestContext);
  if (!authorized.success || 'refusal' in authorized.data.authorizer.lambda) return undefined;
  const caller = authorized.data.authorizer.lambda;
  const told = read(Made, reply, reply.statusCode < 300);
  const teamId = caller.teamId ?? told.teamId;
  if (teamId === undefined) return undefined;
  return {
    teamId,
    action,
    target: Object.values(pathParameters ?? {}).at(-1) ?? told.id ?? null,
    userId: caller.userId,
    via: caller.apiKeyId ?? 'session',
    address: requestContext.http.sourceIp,
    requestId: requestContext.requestId,
    outcome: code ?? read(Refused, reply, reply.statusCode >= 400).code ?? 'done',
  };
}

function read<Schema extends z.ZodType>(schema: Schema, { headers, body }: HttpReply, isMeant: boolean) {
  const isJson = headers['content-type']?.includes('json');
  const parsed = isMeant && isJson && body !== undefined ? schema.safeParse(JSON.parse(body)) : undefined;
  const facts: Partial<z.output<Schema>> = parsed?.success ? parsed.data : {};
  return facts;
}
