import type { HttpCall } from '../../runtime/http.ts';
import { PlatformRefused, type Publication, type Refusal } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import type { Media } from '../contract.ts';
import { uploadUrl } from './api.ts';

const titleMax = 100;

/** The one video of a post. */
export function videoOf({ media = [] }: Pick<Publication, 'media'>): Media {
  const [video, ...others] = media;
  if (video?.type.startsWith('video/') && others.length === 0) return video;
  throw new PlatformRefused(unfit('mediaBodyRequired', 'A post on YouTube is one video, with nothing beside it.'));
}

/** What the video is called: without a wish, as the text begins. */
export function titleOf({ text, overrides }: Publication): string {
  const [line = ''] = (overrides?.youtube?.title ?? text).trim().split(/[\r\n]/, 1);
  let title = '';
  // YouTube does not say how it counts, so this is right either way.
  for (const character of line.trim()) {
    if (title.length + character.length > titleMax) break;
    title += character;
  }
  return title.trimEnd();
}

/** Opens the upload session of a video with all that is to be said of it. Every call is one of the 100 a day of our app. */
export function sessionCall(tools: AppTools, publication: Publication, size: number): HttpCall {
  const { text, overrides } = publication;
  const { privacy = 'public', madeForKids, tags, categoryId, notifySubscribers } = overrides?.youtube ?? {};
  const title = titleOf(publication);
  if (/[<>]/.test(text + title))
    throw new PlatformRefused(unfit('invalidDescription', 'YouTube takes no < and > here.'));
  const query: Record<string, string> = { uploadType: 'resumable', part: 'snippet,status' };
  if (notifySubscribers !== undefined) query.notifySubscribers = String(notifySubscribers);
  return {
    method: 'POST',
    url: uploadUrl(tools, query),
    headers: { 'x-upload-content-length': String(size), 'x-upload-content-type': videoOf(publication).type },
    body: {
      snippet: { title, description: text, ...(tags && { tags }), ...(categoryId && { categoryId }) },
      // Left out, a video is public.
      status: { privacyStatus: privacy, ...(madeForKids !== undefined && { selfDeclaredMadeForKids: madeForKids }) },
    },
  };
}

const unfit = (platformCode: string, message: string): Refusal => ({ kind: 'content_rejected', platformCode, message });
