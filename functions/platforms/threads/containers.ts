import * as z from 'zod';
import {
  type Account,
  PlatformRefused,
  type Prepared,
  type Publication,
  type Readiness,
  type Refusal,
} from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { openSecret, threadsApi } from './api.ts';

const Created = z.object({ id: z.string().min(1) });
const Container = z.object({
  status: z.enum(['IN_PROGRESS', 'FINISHED', 'PUBLISHED', 'ERROR', 'EXPIRED']),
  error_message: z.string().optional(),
});
export type ContainerStatus = z.infer<typeof Container>;

/** A container with a text is ready at once as a rule; the platform asks for patience with media. */
const pollSeconds = 5;

/** Makes the container that will become the post. One that is never published ends by itself after a day. */
export async function prepare(tools: AppTools, account: Account, { text }: Publication): Promise<Prepared> {
  const api = threadsApi(tools, openSecret(account).accessToken);
  const call = api.post(`${encodeURIComponent(account.accountId)}/threads`, { media_type: 'TEXT', text });
  return refusing(async () => ({ kind: 'ready', handle: (await demandGraph(tools, call, Created)).id }));
}

/** Undefined for a container that Threads does not know (any more). */
export async function findContainer(
  tools: AppTools,
  account: Account,
  id: string,
): Promise<ContainerStatus | undefined> {
  const api = threadsApi(tools, openSecret(account).accessToken);
  const query = { fields: 'status,error_message' };
  try {
    return await demandGraph(tools, api.get(encodeURIComponent(id), query), Container);
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  }
}

export async function checkReady(
  tools: AppTools,
  account: Account,
  { prepared = '' }: Publication,
): Promise<Readiness> {
  return refusing(async () => readinessOf(await findContainer(tools, account, prepared)));
}

function readinessOf(container: ContainerStatus | undefined): Readiness {
  if (!container) return { kind: 'expired' };
  const { status, error_message } = container;
  if (status === 'IN_PROGRESS') return { kind: 'wait', seconds: pollSeconds };
  if (status === 'EXPIRED') return { kind: 'expired' };
  if (status === 'ERROR') return { kind: 'refused', refusal: failed(error_message ?? 'UNKNOWN') };
  return { kind: 'ready' };
}

const failed = (reason: string): Refusal => ({
  kind: 'content_rejected',
  platformCode: reason,
  message: `Threads could not process the post: ${reason}.`,
});

async function refusing<Outcome>(
  step: () => Promise<Outcome>,
): Promise<Outcome | { kind: 'refused'; refusal: Refusal }> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'refused', refusal: error.refusal };
  }
}
