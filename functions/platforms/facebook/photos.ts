import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import type { Account, Prepared, Readiness } from '../adapter.ts';
import { type AppTools, refusing } from '../answer.ts';
import type { Media } from '../contract.ts';
import { demandGraph } from '../meta-graph.ts';
import { pageApi } from './api.ts';
import { type PreparedFiles, writePrepared } from './prepared.ts';

const Created = z.object({ id: z.string().min(1) });

/** Facebook answers once it has fetched the photo. */
const fetchTimeoutMs = 15_000;

/** Facebook drops photos that are part of no post after about a day. */
const lifeSeconds = 23 * 3600;

/** Uploads each photo without publishing it. */
export async function preparePhotos(tools: AppTools, account: Account, media: readonly Media[]): Promise<Prepared> {
  const api = await pageApi(tools, account);
  const at = tools.now().toISOString();
  const upload = async ({ url, altText }: Media) => {
    const fields = { url, published: 'false', ...(altText !== undefined && { alt_text_custom: altText }) };
    const call = api.post(`${encodeURIComponent(account.accountId)}/photos`, fields);
    return (await demandGraph(tools, { ...call, timeoutMs: fetchTimeoutMs }, Created)).id;
  };
  return refusing(async () => {
    const photos = await Promise.all(media.map(upload));
    return { kind: 'ready', handle: writePrepared({ photos, at }) };
  });
}

export function checkPhotos({ now }: Pick<AppTools, 'now'>, { at }: Extract<PreparedFiles, { at: string }>): Readiness {
  return now() > addSeconds(new Date(at), lifeSeconds) ? { kind: 'expired' } : { kind: 'ready' };
}

/** The photos as fields of the post that shows them. */
export const attachedMedia = (photos: readonly string[]): Record<string, string> =>
  Object.fromEntries(photos.map((id, place) => [`attached_media[${place}]`, JSON.stringify({ media_fbid: id })]));
