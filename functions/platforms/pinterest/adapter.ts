import * as z from 'zod';
import { type Account, type Adapter, type Publication, type PublishOutcome, publishTimeoutMs } from '../adapter.ts';
import { type AppTools, isSuccess, type MediaTools, outcomeOf, read } from '../answer.ts';
import { textHandle } from '../handle.ts';
import { pinterestUrl, refusalOf } from './api.ts';
import { pinterestFacts } from './facts.ts';
import { readMetrics } from './figures.ts';
import { pinOf } from './pin.ts';
import { pinUrl } from './pin-url.ts';
import { reconcile } from './reconcile.ts';
import { pinterestSession } from './session.ts';
import { checkReady, prepare } from './video-upload.ts';

const CreatedPin = z.object({ id: z.string().min(1) });

export function pinterestAdapter(tools: AppTools & MediaTools) {
  return {
    platform: pinterestFacts,
    retryClass: 'unprovable',
    handleFor: textHandle,
    // Pinterest knows no handle of ours.
    handleValidSeconds: 0,
    unknownPauseSeconds: 30,
    prepare: (account, publication) => prepare(tools, account, publication),
    checkReady: (account, publication) => checkReady(tools, account, publication),
    publish: (account, publication) => outcomeOf(() => publish(tools, account, publication)),
    reconcile: (account, attempt) => reconcile(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}

async function publish(tools: AppTools, account: Account, publication: Publication): Promise<PublishOutcome> {
  const call = { method: 'POST', url: pinterestUrl(tools, 'pins'), body: pinOf(account, publication) } as const;
  const answer = await pinterestSession(tools, account).send({ ...call, timeoutMs: publishTimeoutMs });
  if (!isSuccess(answer)) {
    const refusal = refusalOf(answer, tools.now());
    return refusal.kind === 'retry_later'
      ? { kind: 'unknown', message: refusal.message }
      : { kind: 'refused', refusal };
  }
  const pin = read(CreatedPin, answer);
  if (!pin) return { kind: 'unknown', message: 'Pinterest took the pin but its answer makes no sense.' };
  return { kind: 'accepted', platformPostId: pin.id, url: pinUrl(tools, pin.id) };
}
