import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import type { Account, Publication, Readiness } from '../adapter.ts';
import { type AppTools, ask, refusing } from '../answer.ts';
import { demanded, xUrl } from './api.ts';
import { uploadOf } from './media.ts';
import { xSession } from './session.ts';

/** https://docs.x.com/x-api/media/get-media-upload-status: GIFs and videos are processed, pictures are ready when they are whole. */
export const Uploaded = z.object({
  data: z.object({
    size: z.number().optional(),
    expires_after_secs: z.number().positive().optional(),
    processing_info: z
      .object({
        state: z.enum(['pending', 'in_progress', 'succeeded', 'failed']),
        check_after_secs: z.number().nonnegative().optional(),
        error: z.object({ message: z.string().optional() }).optional(),
      })
      .optional(),
  }),
});
export type Uploaded = z.infer<typeof Uploaded>['data'];

/** What X knows of a file; undefined for one that it does not have, or not whole. */
export async function findUploaded(tools: AppTools, account: Account, id: string): Promise<Uploaded | undefined> {
  const url = xUrl(tools, 'media/upload', { command: 'STATUS', media_id: id });
  const answer = await ask(xSession(tools, account).send, { method: 'GET', url });
  if ([400, 404, 410].includes(answer.status)) return undefined;
  const { data } = demanded(Uploaded, answer, tools.now());
  return data.size === undefined && !data.processing_info ? undefined : data;
}

/** A file that ends this soon may not live through the call. */
const marginSeconds = 60;

export async function checkReady(tools: AppTools, account: Account, publication: Publication): Promise<Readiness> {
  if (publication.prepared === undefined) return { kind: 'ready' };
  const { files, endsAt } = uploadOf(publication.prepared);
  if (endsAt !== undefined && addSeconds(tools.now(), marginSeconds) >= new Date(endsAt)) return { kind: 'expired' };
  return refusing(async () => {
    for (const { id, isProcessed } of files) {
      if (isProcessed) continue;
      const readiness = readinessOf(await findUploaded(tools, account, id));
      if (readiness.kind !== 'ready') return readiness;
    }
    return { kind: 'ready' };
  });
}

const usualSeconds = 5;

function readinessOf(uploaded: Uploaded | undefined): Readiness {
  if (!uploaded) return { kind: 'expired' };
  const { state = 'succeeded', check_after_secs = usualSeconds, error } = uploaded.processing_info ?? {};
  if (state === 'succeeded') return { kind: 'ready' };
  if (state !== 'failed') return { kind: 'wait', seconds: Math.max(1, Math.ceil(check_after_secs)) };
  const message = (error?.message || 'X could not process the file.').slice(0, 500);
  return { kind: 'refused', refusal: { kind: 'content_rejected', platformCode: 'media_failed', message } };
}
