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
import { demandGraph } from '../meta-graph.ts';
import { accountCalls } from './api.ts';
import { carouselFields, childFields, singleFields } from './fields.ts';

const Created = z.object({ id: z.string().min(1) });
const Container = z.object({
  status_code: z.enum(['IN_PROGRESS', 'FINISHED', 'PUBLISHED', 'ERROR', 'EXPIRED']),
  status: z.string().optional(),
});
export type ContainerStatus = z.infer<typeof Container>;

/** Instagram fetches files itself, and answers once it has the picture. */
const createTimeoutMs = 15_000;

/** Makes the container that will become the post. One that is never published ends by itself after a day. */
export function prepare(tools: AppTools, account: Account, publication: Publication): Promise<Prepared> {
  const { media = [], prepared } = publication;
  const parts = partsOf(prepared);
  const create = (fields: Record<string, string>) => createContainer(tools, account, fields);
  return refusing(async () => {
    if (parts) return { kind: 'ready', handle: await create(carouselFields(publication, parts)) };
    const [first, ...others] = media;
    if (!first) throw new PlatformRefused(mediaMissing);
    if (others.length === 0) return { kind: 'ready', handle: await create(singleFields(publication, first)) };
    const made = await Promise.all(media.map((one) => create(childFields(one))));
    return { kind: 'ready', handle: preparedParts(made) };
  });
}

const mediaMissing: Refusal = {
  kind: 'content_rejected',
  platformCode: 'media_missing',
  message: 'A post on Instagram needs a picture or a video.',
};

async function createContainer(tools: AppTools, account: Account, fields: Record<string, string>): Promise<string> {
  const api = await accountCalls(tools, account);
  const call = api.post(`${encodeURIComponent(account.accountId)}/media`, fields);
  return (await demandGraph(tools, { ...call, timeoutMs: createTimeoutMs }, Created)).id;
}

/** Undefined for a container that Instagram does not know (any more). */
export async function findContainer(
  tools: AppTools,
  account: Account,
  id: string,
): Promise<ContainerStatus | undefined> {
  const api = await accountCalls(tools, account);
  try {
    return await demandGraph(tools, api.get(encodeURIComponent(id), { fields: 'status_code,status' }), Container);
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  }
}

export function checkReady(tools: AppTools, account: Account, publication: Publication): Promise<Readiness> {
  const { prepared = '', media = [] } = publication;
  const parts = partsOf(prepared);
  const seconds = media.some(({ type }) => type.startsWith('video/')) ? videoSeconds : pictureSeconds;
  return refusing(async () => {
    const containers = await Promise.all((parts ?? [prepared]).map((id) => findContainer(tools, account, id)));
    const states = containers.map((container) => readinessOf(container, seconds));
    const first = (kind: Readiness['kind']) => states.find((state) => state.kind === kind);
    const held = first('refused') ?? first('expired') ?? first('wait');
    return held ?? (parts ? { kind: 'goes_on' } : { kind: 'ready' });
  });
}

/** Pictures are ready at once as a rule; of videos Instagram wants to be asked once a minute at most. */
const pictureSeconds = 5;
const videoSeconds = 60;

/** What went wrong at Instagram and may go well with another container; the rest is about the file. */
const passing = /\b(2207001|2207003|2207020|2207027|2207032|2207052|2207053|2207077|2207082)\b/;

function readinessOf(container: ContainerStatus | undefined, seconds: number): Readiness {
  if (!container) return { kind: 'expired' };
  const { status_code, status = '' } = container;
  if (status_code === 'IN_PROGRESS') return { kind: 'wait', seconds };
  if (status_code === 'EXPIRED') return { kind: 'expired' };
  if (status_code !== 'ERROR') return { kind: 'ready' };
  return passing.test(status) ? { kind: 'expired' } : { kind: 'refused', refusal: failed(status) };
}

/** The status of a failed container ends in its subcode. */
const failed = (status: string): Refusal => ({
  kind: 'content_rejected',
  platformCode: /\b\d{7}\b/.exec(status)?.[0] ?? 'ERROR',
  message: `Instagram could not process the file. ${status}`.trim().slice(0, 500),
});
