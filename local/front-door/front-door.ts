import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { HttpReply } from '../engines/http-hop.ts';
import { type AwsCall, readCall } from './aws-call.ts';
import { demandsOf, type Landscape } from './demands.ts';
import { accessDenied, type Caller, errorReply } from './error-replies.ts';
import type { Services } from './services.ts';
import { type Decision, type Demand, decide, type Statement } from './statements.ts';
import type { UsageRecord } from './usage.ts';

export type Principal = Caller & { statements: readonly Statement[] };

export type FrontDoorParts = {
  /** Who calls, by access key. The runner's own key may do anything. */
  principals: ReadonlyMap<string, Principal>;
  rootKeyId: string;
  services: Services;
  landscape: Landscape;
  usage: UsageRecord;
  /** A call that fails for a reason the developer should see. */
  onProblem: (text: string) => void;
};

/** Answers every SDK call: knows the function by its key, checks its role, and hands on. */
export function frontDoor(door: FrontDoorParts): RequestListener {
  const check = checker(door);
  return (request, response) => {
    answer(request, door, check)
      .catch((error: unknown) => {
        door.onProblem(`${request.method} ${request.url}: ${error instanceof Error ? error.message : error}`);
        return errorReply('dynamodb', { status: 500, name: 'InternalFailure', message: 'The local engine failed' });
      })
      .then((reply) => send(reply, response), door.onProblem);
  };
}

async function answer(request: IncomingMessage, door: FrontDoorParts, check: Check): Promise<HttpReply> {
  const call = readCall(request, await readBody(request));
  const service = call && door.services[call.service];
  if (call === undefined || service === undefined) {
    const message = `${call?.service ?? request.headers['x-amz-target'] ?? request.url} does not run on this machine`;
    door.onProblem(message);
    return errorReply('dynamodb', { name: 'UnknownOperationException', message });
  }
  return check(call) ?? service(call);
}

/** Gives the refusal of a call, if it is one. */
type Check = (call: AwsCall) => HttpReply | undefined;

function checker({ principals, rootKeyId, landscape, usage, onProblem }: FrontDoorParts): Check {
  const decisions = decisionCache();
  return (call) => {
    if (call.accessKeyId === rootKeyId) return undefined;
    const principal = principals.get(call.accessKeyId ?? '');
    const demands = demandsOf(call, landscape);
    if (principal === undefined) return demands.length === 0 ? undefined : unknownKey(call);
    usage.request(principal.name);
    for (const demand of demands) {
      const decision = decisions(principal, demand);
      usage.use(principal.name, demand, decision === 'allowed');
      if (decision !== 'allowed') {
        const { message, reply } = accessDenied(call, principal, { ...demand, explicitly: decision === 'denied' });
        onProblem(message);
        return reply;
      }
    }
    return undefined;
  };
}

/** Policies do not change while we run, so what was decided once without a condition's context holds. */
function decisionCache() {
  const decided = new Map<string, Decision>();
  return (principal: Principal, demand: Demand): Decision => {
    if (demand.context !== undefined) return decide(principal.statements, demand);
    const key = `${principal.name} ${demand.action} ${demand.resource}`;
    const decision = decided.get(key) ?? decide(principal.statements, demand);
    decided.set(key, decision);
    return decision;
  };
}

const unknownKey = ({ service }: AwsCall) =>
  errorReply(service, {
    name: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
  });

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

/** Headers of one connection only; ours is another. */
const hopHeaders = ['connection', 'keep-alive', 'transfer-encoding'];

function send({ status, headers, body }: HttpReply, response: ServerResponse) {
  const onward = Object.entries(headers).filter(([name, value]) => value !== undefined && !hopHeaders.includes(name));
  // The length in an answer to HEAD is that of the body it leaves out.
  const length = response.req.method === 'HEAD' ? [] : [['content-length', body.length]];
  response.writeHead(status, Object.fromEntries([...onward, ...length]));
  response.end(body);
}
