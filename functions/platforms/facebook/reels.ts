import * as z from 'zod';
import type { HttpCall } from '../../runtime/http.ts';
import type { Account, Prepared, Publication } from '../adapter.ts';
import { type AppTools, refusing } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { openSecret, pageApi } from './api.ts';
import { writePrepared } from './prepared.ts';

const Started = z.object({ video_id: z.string().min(1) });
const Uploaded = z.object({ success: z.literal(true) });

/** How long Facebook may take to answer a call that has it fetch a reel. */
const fetchTimeoutMs = 25_000;

const edge = ({ accountId }: Account) => `${encodeURIComponent(accountId)}/video_reels`;

/** Opens an upload, which gives the reel its id, and has Facebook fetch the video for it. */
export async function prepareReel(tools: AppTools, account: Account, { media = [] }: Publication): Promise<Prepared> {
  const api = await pageApi(tools, account);
  return refusing(async () => {
    const { video_id } = await demandGraph(tools, api.post(edge(account), { upload_phase: 'start' }), Started);
    await demandGraph(tools, uploadCall(tools, account, { id: video_id, url: media[0]?.url ?? '' }), Uploaded);
    return { kind: 'ready', handle: writePrepared({ video: video_id, isReel: true }) };
  });
}

/** Everything that this call says, it says in its headers. */
function uploadCall({ apps }: AppTools, account: Account, { id, url }: { id: string; url: string }): HttpCall {
  const { upload, api, version } = apps.api('facebook');
  return {
    method: 'POST',
    url: `${upload ?? api}/video-upload/${version}/${encodeURIComponent(id)}`,
    headers: { authorization: `OAuth ${openSecret(account).pageToken}`, file_url: new URL(url).href },
    timeoutMs: fetchTimeoutMs,
  };
}

/** The call that publishes an uploaded reel. */
export async function finishCall(tools: AppTools, account: Account, { publication, id }: Finished): Promise<HttpCall> {
  const api = await pageApi(tools, account);
  const title = publication.overrides?.facebook?.title;
  return api.post(edge(account), {
    upload_phase: 'finish',
    video_id: id,
    video_state: 'PUBLISHED',
    description: publication.text,
    ...(title !== undefined && { title }),
  });
}
type Finished = { publication: Publication; id: string };
