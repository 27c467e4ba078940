// Runs in the worker thread of a function when a plan says what goes wrong there.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { setTimeout } from 'node:timers';
import type { MessagePort } from 'node:worker_threads';
import { readTarget } from '../front-door/aws-call.ts';
import { fates, isCall } from './fates.ts';
import type { CallFault, Kill } from './fault-plan.ts';

export type ThreadFaults = { seed: string; kills: readonly Kill[]; calls: readonly CallFault[] };
export type FaultNotice = { fault: string };

const killedStatus = 137;

/**
 * Ends this thread as the plan says, at some moment of an invocation or right before or after an outgoing call; and breaks
 * connections to platforms. AWS calls fail at the front door.
 */
export function meetFaults({ seed, kills, calls }: ThreadFaults, port: MessagePort): void {
  const fate = fates(seed);
  const tell = (fault: string) => {
    const notice: FaultNotice = { fault };
    port.postMessage(notice);
  };
  const die = (when: string) => {
    tell(`killed ${when}`);
    process.exit(killedStatus);
  };
  const meet = (at: 'before' | 'after', request: ClientRequest) => {
    const call = callOf(request);
    const isStruck = kills.some(
      (kill, place) => kill.at === at && isCall(kill.call, call) && fate.strikes(`kill ${place}`, kill),
    );
    if (isStruck) die(`${at} ${call}`);
    const how = at === 'before' ? 'failed' : 'done_but_failed';
    const isBroken = calls.some(
      (rule, place) =>
        call.startsWith('http:') && rule.how === how && isCall(rule.call, call) && fate.strikes(`call ${place}`, rule),
    );
    if (!isBroken) return;
    tell(`${call} ${how}`);
    request.destroy(new Error('a fault of the plan'));
  };
  subscribe('http.client.request.created', (event) => meet('before', requestOf(event)));
  subscribe('http.client.response.finish', (event) => meet('after', requestOf(event)));
  port.on('message', () => {
    for (const [place, kill] of kills.entries())
      if (kill.at === 'random' && fate.strikes(`kill ${place}`, kill))
        setTimeout(() => die('at a random moment'), fate.share(`moment ${place}`) * kill.withinMs);
  });
}

/** So Node documents both channels. */
const requestOf = (event: unknown) => (event as { request: ClientRequest }).request;

/** Named as IAM names actions; other requests by method and path. */
function callOf(request: ClientRequest): string {
  const target = readTarget(String(request.getHeader('x-amz-target')));
  if (target !== undefined) return `${target.service}:${target.action}`;
  return `http:${request.method} ${request.path.split('?')[0]}`;
}
