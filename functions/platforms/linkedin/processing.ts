import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import { type Account, PlatformRefused, type Publication, type Readiness } from '../adapter.ts';
import { type AppTools, ask, refusing } from '../answer.ts';
import { demanded, restCall } from './api.ts';
import { type UploadedFile, uploadOf } from './media.ts';
import { linkedinSession } from './session.ts';

/** https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/videos-api (get a video) */
const Video = z.object({
  status: z.enum(['WAITING_UPLOAD', 'PROCESSING', 'AVAILABLE', 'PROCESSING_FAILED']),
  processingFailureReason: z.string().optional(),
});
export type VideoStatus = z.infer<typeof Video> | 'gone' | 'closed';

/** What LinkedIn says of a video; `closed` where the account may not ask. */
export async function videoStatus(tools: AppTools, account: Account, urn: string): Promise<VideoStatus> {
  const call = restCall(tools, `videos/${encodeURIComponent(urn)}`);
  const answer = await ask(linkedinSession(tools, account).send, call);
  if (answer.status === 404) return 'gone';
  if (answer.status === 403) return 'closed';
  return demanded(Video, answer, tools.now());
}

const isVideoUrn = ({ urn }: UploadedFile) => urn.startsWith('urn:li:video:');

/** Pictures can be shown at once; whether LinkedIn is done with them, it tells few. */
export async function checkReady(tools: AppTools, account: Account, { prepared }: Publication): Promise<Readiness> {
  const video = prepared === undefined ? undefined : uploadOf(prepared).find(isVideoUrn);
  if (!video) return { kind: 'ready' };
  return refusing(async () => readinessOf(await videoStatus(tools, account, video.urn), video, tools.now()));
}

const pollSeconds = 5;

function readinessOf(status: VideoStatus, video: UploadedFile, now: Date): Readiness {
  if (status === 'gone') return { kind: 'expired' };
  if (status === 'closed') return patience(video, now);
  if (status.status === 'AVAILABLE') return { kind: 'ready' };
  if (status.status !== 'PROCESSING_FAILED') return { kind: 'wait', seconds: pollSeconds };
  const message = `LinkedIn could not process the video. ${status.processingFailureReason ?? ''}`.trim().slice(0, 500);
  throw new PlatformRefused({ kind: 'content_rejected', platformCode: status.status, message });
}

const leastSeconds = 10;
const megabytesPerSecond = 4;

/** As long as LinkedIn is likely to need. */
function patience({ size, wholeAt }: UploadedFile, now: Date): Readiness {
  const needed = leastSeconds + size / (megabytesPerSecond * 1024 * 1024);
  const left = wholeAt === undefined ? 0 : addSeconds(new Date(wholeAt), needed).getTime() - now.getTime();
  return left <= 0 ? { kind: 'ready' } : { kind: 'wait', seconds: Math.ceil(left / 1000) };
}
