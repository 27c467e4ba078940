import * as z from 'zod';
import {
  type Account,
  PlatformRefused,
  type Prepared,
  type Publication,
  type Readiness,
  type Refusal,
} from '../adapter.ts';
import { type AppTools, refusing } from '../answer.ts';
import { partsOf, preparedParts } from '../carousel-parts.ts';
import { isVideo } from '../media-limits.ts';
import { demandGraph } from '../meta-graph.ts';
import { openSecret, threadsApi } from './api.ts';
import { carouselFields, childFields, singleFields, textFields } from './fields.ts';
import { refusedReply } from './refused-reply.ts';
import { containerIn, keptContainer, secondsToSettle } from './video-replies.ts';

const Created = z.object({ id: z.string().min(1) });
const Container = z.object({
  status: z.enum(['IN_PROGRESS', 'FINISHED', 'PUBLISHED', 'ERROR', 'EXPIRED']),
  error_message: z.string().optional(),
});
export type ContainerStatus = z.infer<typeof Container>;

/** Threads answers once it has fetched a picture. */
const fetchTimeoutMs = 15_000;

/** Makes the container that will become the post. One that is never published ends by itself after a day. */
export function prepare(tools: AppTools, account: Account, publication: Publication): Promise<Prepared> {
  const { replyTo } = publication;
  return refusing(async () => {
    const made = await refusing(async () => ({
      kind: 'ready' as const,
      handle: await create(tools, account, publication),
    }));
    if (made.kind === 'ready' || !replyTo) return made;
    return { kind: 'refused', refusal: await refusedReply(tools, account, { replyTo, refusal: made.refusal }) };
  });
}

/** The container, or the parts of a carousel, which come before it. */
async function create(tools: AppTools, account: Account, publication: Publication): Promise<string> {
  const { media = [], prepared } = publication;
  const [first, ...others] = media;
  const make = (fields: Record<string, string>, timeoutMs?: number) =>
    createContainer(tools, account, { fields, timeoutMs });
  const makeWhole = async (...creation: Parameters<typeof make>) =>
    keptContainer(publication, await make(...creation), tools.now());
  const parts = partsOf(prepared);
  if (parts) return makeWhole(carouselFields(publication, parts));
  if (!first) return makeWhole(textFields(publication));
  if (others.length === 0) return makeWhole(singleFields(publication, first), fetchTimeoutMs);
  return preparedParts(await Promise.all(media.map((one) => make(childFields(one), fetchTimeoutMs))));
}

type Creation = { fields: Record<string, string>; timeoutMs: number | undefined };

async function createContainer(tools: AppTools, account: Account, { fields, timeoutMs }: Creation): Promise<string> {
  const api = threadsApi(tools, openSecret(account).accessToken);
  const call = api.post(`${encodeURIComponent(account.accountId)}/threads`, fields);
  return (await demandGraph(tools, timeoutMs === undefined ? call : { ...call, timeoutMs }, Created)).id;
}

/** Undefined for a container that Threads does not know (any more). */
export async function findContainer(
  tools: AppTools,
  account: Account,
  prepared: string,
): Promise<ContainerStatus | undefined> {
  const api = threadsApi(tools, openSecret(account).accessToken);
  const query = { fields: 'status,error_message' };
  try {
    return await demandGraph(tools, api.get(encodeURIComponent(containerIn(prepared)), query), Container);
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  }
}

/** Pictures are ready at once as a rule; of videos Threads wants to be asked once a minute, the first minute being usual. */
const pictureSeconds = 5;
const videoSeconds = 30;

/** Parts that Threads is not done with are refused as parts of a carousel, and so is a carousel in progress as a post. */
export function checkReady(tools: AppTools, account: Account, publication: Publication): Promise<Readiness> {
  const { prepared = '', media = [] } = publication;
  const seconds = media.some(isVideo) ? videoSeconds : pictureSeconds;
  return refusing(async () => {
    const parts = partsOf(prepared);
    const containers = await Promise.all((parts ?? [prepared]).map((id) => findContainer(tools, account, id)));
    const states = containers.map((container) => readinessOf(container, seconds));
    const first = (kind: Readiness['kind']) => states.find((state) => state.kind === kind);
    const held = first('refused') ?? first('expired') ?? first('wait');
    if (held || parts) return held ?? { kind: 'goes_on' };
    const left = secondsToSettle(prepared, tools.now());
    return left > 0 ? { kind: 'wait', seconds: left } : { kind: 'ready' };
  });
}

function readinessOf(container: ContainerStatus | undefined, seconds: number): Readiness {
  if (!container) return { kind: 'expired' };
  const { status, error_message } = container;
  if (status === 'IN_PROGRESS') return { kind: 'wait', seconds };
  if (status === 'EXPIRED') return { kind: 'expired' };
  if (status === 'ERROR') return { kind: 'refused', refusal: failed(error_message ?? 'UNKNOWN') };
  return { kind: 'ready' };
}

const failed = (reason: string): Refusal => ({
  kind: 'content_rejected',
  platformCode: reason,
  message: `Threads could not process the post: ${reason === 'UNKNOWN' ? 'it does not say why' : reason}.`,
});
