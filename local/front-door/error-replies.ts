import { randomUUID } from 'node:crypto';
import type { HttpReply } from '../engines/http-hop.ts';
import type { AwsCall, ServiceName } from './aws-call.ts';

type ErrorFacts = { status?: number; name: string; message: string };

/** An error as the SDK of that service reads it. */
export function errorReply(service: ServiceName, { status, name, message }: ErrorFacts): HttpReply {
  if (service === 's3') return xmlError(status ?? 403, name.replace('Exception', ''), message);
  if (service === 'sts') return xmlError(status ?? 403, name, message);
  return {
    status: status ?? 400,
    headers: {
      'content-type':
        service === 'dynamodb' || service === 'sqs' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1',
      'x-amzn-requestid': randomUUID(),
      'x-amzn-errortype': name,
    },
    body: Buffer.from(JSON.stringify({ __type: `com.amazonaws.${service}#${name}`, message })),
  };
}

export type Caller = { name: string; roleArn: string };

/** In AWS's own words, which name the function (as the role's session), the action and the resource. */
export function accessDenied(
  call: AwsCall,
  caller: Caller,
  refused: { action: string; resource: string; explicitly: boolean },
) {
  const session = `${caller.roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${caller.name}`;
  const why = refused.explicitly
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${refused.action} action`;
  const message = `User: ${session} is not authorized to perform: ${refused.action} on resource: ${refused.resource} ${why}`;
  return { message, reply: errorReply(call.service, { name: 'AccessDeniedException', message }) };
}

const escapes: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

const xmlError = (status: number, code: string, message: string): HttpReply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(
    `<Error><Code>${code}</Code><Message>${message.replace(/[<>&]/g, (sign) => escapes[sign] ?? sign)}</Message></Error>`,
  ),
});
