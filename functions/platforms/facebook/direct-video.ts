import * as z from 'zod';
import type { Account, Attempted, Publication, PublishOutcome, Reconciled } from '../adapter.ts';
import { type AppTools, isSuccess, read } from '../answer.ts';
import { graphRefusal } from '../meta-graph.ts';
import { reconcileByList } from './reconcile.ts';
import { type LookTools, outcomeOfTaken } from './taken-video.ts';
import { videoCall } from './videos.ts';

const Created = z.object({ id: z.string().min(1) });

/** Has Facebook fetch and publish a video in one call, where it takes none that is not published. */
export async function publishDirectly(
  tools: LookTools,
  account: Account,
  publication: Publication,
): Promise<PublishOutcome> {
  const calledAt = tools.now();
  const answer = await tools.http(await videoCall(tools, account, publication));
  const video = isSuccess(answer) ? read(Created, answer) : undefined;
  if (video) return outcomeOfTaken(tools, account, { id: video.id, calledAt });
  if (isSuccess(answer)) return { kind: 'unknown', message: 'Facebook took the video but its answer makes no sense.' };
  const refusal = graphRefusal(answer, tools.now());
  return refusal.kind === 'retry_later' ? { kind: 'unknown', message: refusal.message } : { kind: 'refused', refusal };
}

/**
 * Without the answer we have no id to ask for. A video that is still processed is in no list: only one that is there proves
 * anything.
 */
export async function reconcileDirectly(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  const found = await reconcileByList(tools, account, attempt);
  if (found.kind !== 'absent') return found;
  return { kind: 'unknown', message: 'Facebook does not list the video; it may still process it.' };
}
