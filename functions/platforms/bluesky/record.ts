import * as z from 'zod';
import { type Account, PlatformRefused, type Publication } from '../adapter.ts';
import { type AdapterTools, ask, isSuccess, read } from '../answer.ts';
import { refusalOf, xrpc } from './api.ts';
import { facetsOf, findFacets } from './facets.ts';
import { embedOf } from './media.ts';
import { preparedOf } from './prepare.ts';
import { tidTime } from './tid.ts';

export const postCollection = 'app.bsky.feed.post';

export const postUri = (did: string, rkey: string) => `at://${did}/${postCollection}/${rkey}`;

/** By DID, since handles change. */
export const postUrl = (did: string, rkey: string) => `https://bsky.app/profile/${did}/post/${rkey}`;

/**
 * The record of a post. Its date comes from its key, or of a reply from what was prepared, so the same publication gives
 * the same record whenever it is sent.
 */
export async function postRecord(tools: AdapterTools, account: Account, publication: Publication) {
  const { text, media, handle, overrides } = publication;
  const { blobs, place } = preparedOf(publication);
  const wellFormed = text.toWellFormed();
  const found = findFacets(wellFormed);
  const handles = new Set(found.flatMap((facet) => ('handle' in facet ? [facet.handle] : [])));
  const facets = facetsOf(wellFormed, found, await resolveHandles(tools, account, [...handles]));
  return {
    $type: postCollection,
    text: wellFormed,
    createdAt: place?.createdAt ?? tidTime(handle).toISOString(),
    reply: place?.reply,
    ...(facets.length > 0 && { facets }),
    embed: embedOf(blobs, media),
    langs: overrides?.bluesky?.langs,
  };
}

const Resolved = z.object({ did: z.string().startsWith('did:') });

async function resolveHandles(tools: AdapterTools, account: Account, handles: readonly string[]) {
  const dids = await Promise.all(handles.map((handle) => resolveHandle(tools, account, handle)));
  return new Map(handles.flatMap((handle, place) => (dids[place] ? [[handle, dids[place]] as const] : [])));
}

/**
 * Undefined for a handle that the server knows nothing of. When it can't say for now the post waits: a mention that is
 * left out once would change the record when it is sent again.
 */
async function resolveHandle({ http, now }: AdapterTools, { server }: Account, handle: string) {
  const url = xrpc(server, 'com.atproto.identity.resolveHandle', { handle });
  const answer = await ask(http, { method: 'GET', url });
  if (answer.status === 429) throw new PlatformRefused(refusalOf(answer, now()));
  return isSuccess(answer) ? read(Resolved, answer)?.did : undefined;
}
