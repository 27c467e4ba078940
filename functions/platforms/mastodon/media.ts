import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import {
  type Account,
  PlatformRefused,
  type Prepared,
  type Publication,
  type Readiness,
  uploadSeconds,
} from '../adapter.ts';
import { type AdapterTools, ask, isSuccess, type MediaTools, refusing } from '../answer.ts';
import type { Media } from '../contract.ts';
import { multipart } from '../multipart.ts';
import { bearer, demand, openSecret, refusalOf } from './api.ts';

const Attachment = z.object({ id: z.string().min(1) });
const Ids = z.array(z.string());

/** Pictures are ready at once as a rule, videos are transcoded. */
const pollSeconds = 3;

/** The ids of the files that `prepare` uploaded. */
export const mediaIds = ({ prepared }: Publication): string[] =>
  prepared === undefined ? [] : Ids.parse(JSON.parse(prepared));

/** Uploads the files of a post, one after the other: a server takes few at a time. Unused ones are dropped by it. */
export async function prepare(
  tools: AdapterTools & MediaTools,
  account: Account,
  { media = [] }: Publication,
): Promise<Prepared> {
  if (media.length === 0) return { kind: 'ready' };
  return refusing(async () => {
    const ids: string[] = [];
    for (const one of media) ids.push(await upload(tools, account, one));
    return { kind: 'ready', handle: JSON.stringify(ids) };
  });
}

async function upload(tools: AdapterTools & MediaTools, account: Account, media: Media): Promise<string> {
  const file = await tools.media.stream(media);
  const form = multipart(media.altText === undefined ? {} : { description: media.altText }, {
    field: 'file',
    name: randomUUID(),
    type: media.type,
    ...file,
  });
  const call = {
    method: 'POST',
    url: new URL('/api/v2/media', account.server).href,
    headers: { ...bearer(openSecret(account).accessToken), ...form.headers },
    body: form.body,
    timeoutMs: uploadSeconds * 1000,
  } as const;
  return (await demand(tools, call, Attachment)).id;
}

/** 206: still being processed. A file that is part of a post already is not found here, and the idempotency key covers it. */
export async function checkReady(tools: AdapterTools, account: Account, publication: Publication): Promise<Readiness> {
  return refusing(async () => {
    const answers = await Promise.all(mediaIds(publication).map((id) => readMedia(tools, account, id)));
    const refused = answers.find((answer) => !isSuccess(answer) && answer.status !== 404);
    if (refused) throw new PlatformRefused(refusalOf(refused, tools.now()));
    return answers.some(({ status }) => status === 206) ? { kind: 'wait', seconds: pollSeconds } : { kind: 'ready' };
  });
}

function readMedia({ http }: AdapterTools, account: Account, id: string) {
  const url = new URL(`/api/v1/media/${encodeURIComponent(id)}`, account.server).href;
  return ask(http, { method: 'GET', url, headers: bearer(openSecret(account).accessToken) });
}
