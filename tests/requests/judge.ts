import * as z from 'zod';
import { roles } from '../../functions/runtime/contract.ts';
import type { Attempt } from './arbitrary-request.ts';
import { complaints } from './complaints.ts';
import type { HttpAnswer } from './http-client.ts';
import type { Operation } from './operations.ts';

const parts = ['path', 'query', 'body'] as const;
const Coded = z.object({ code: z.string() });

/** All that is wrong about an answer, by the contract of the operation and by what was asked. */
export function judge(operation: Operation, attempt: Attempt, answer: HttpAnswer): string[] {
  const { entry } = operation;
  const general = complaints(entry, answer);
  const mayCall = entry.auth === 'none' || attempt.sender === 'caller' || isViewerEnough(operation, attempt);
  if (!mayCall) return [401, 403].includes(answer.status) ? general : [...general, `lets a ${attempt.sender} in`];
  const wrong = wrongParts(operation, attempt);
  const { code = '' } = Coded.safeParse(answer.body).data ?? {};
  return [
    ...general,
    ...(wrong.length > 0 && answer.status < 400 ? [`takes a ${wrong.join(', ')} that its contract does not`] : []),
    ...(wrong.length === 0 && code.startsWith('input.') ? ['refuses what its contract takes'] : []),
    ...(entry.auth === 'team' && !code.startsWith('auth.') && !answer.headers.get('ratelimit')
      ? ['is not counted']
      : []),
  ];
}

const isViewerEnough = ({ entry }: Operation, { sender }: Attempt) =>
  sender === 'viewer' && (entry.auth === 'user' || (entry.role ?? roles[0]) === 'viewer');

/** The parts of a request that the contract does not take. */
function wrongParts({ entry }: Operation, { parts: sent, text }: Attempt): string[] {
  const schemas = { path: entry.path, query: entry.query ?? z.strictObject({}), body: entry.body };
  const inputs = { ...sent, body: text === undefined ? sent.body : parsed(text) };
  return parts.filter((part) => schemas[part]?.safeParse(inputs[part]).success === false);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema of ours takes it
  }
}
