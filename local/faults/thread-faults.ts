// Runs in the worker thread of a function when the plan has it killed.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { setTimeout } from 'node:timers';
import type { MessagePort } from 'node:worker_threads';
import { readTarget } from '../front-door/aws-call.ts';
import { fates, isCall } from './fates.ts';
import type { Kill } from './fault-plan.ts';

export type ThreadFaults = { seed: string; kills: readonly Kill[] };
export type FaultNotice = { fault: string };

const killedStatus = 137;

/** Ends this thread as the plan says: at some moment of an invocation, or right before or after an outgoing call. */
export function meetFaults({ seed, kills }: ThreadFaults, port: MessagePort): void {
  const fate = fates(seed);
  const die = (when: string) => {
    const notice: FaultNotice = { fault: `killed ${when}` };
    port.postMessage(notice);
    process.exit(killedStatus);
  };
  const meet = (at: 'before' | 'after', call: string) => {
    const isStruck = kills.some(
      (kill, place) => kill.at === at && isCall(kill.call, call) && fate.strikes(`kill ${place}`, kill),
    );
    if (isStruck) die(`${at} ${call}`);
  };
  subscribe('http.client.request.created', (event) => meet('before', callOf(event)));
  subscribe('http.client.response.finish', (event) => meet('after', callOf(event)));
  port.on('message', () => {
    for (const [place, kill] of kills.entries())
      if (kill.at === 'random' && fate.strikes(`kill ${place}`, kill))
        setTimeout(() => die('at a random moment'), fate.share(`moment ${place}`) * kill.withinMs);
  });
}

/** Named as IAM names actions; other requests by method and path. */
function callOf(event: unknown): string {
  const { request } = event as { request: ClientRequest }; // so Node documents both channels
  const target = readTarget(String(request.getHeader('x-amz-target')));
  if (target !== undefined) return `${target.service}:${target.action}`;
  return `http:${request.method} ${request.path.split('?')[0]}`;
}
