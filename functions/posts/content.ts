import type { TargetConnection } from '../connections/public.ts';
import type { PlatformId } from '../platforms/contract.ts';
import { catalogue, mediaProblem, textProblem } from '../platforms/public.ts';
import { Fault, type FieldError } from '../runtime/fault.ts';
import { type Post, postFaults } from './contract.ts';

/** What a post says and shows. */
export type PostContent = Pick<Post, 'text' | 'media' | 'overrides'>;

/** A post that is nothing but its text. */
export const textOnly = (text: string): PostContent => ({ text, media: [], overrides: {} });

/** What a post says and shows on one platform, with what it wishes for that platform only. */
export function contentFor(platform: PlatformId, { text, media, overrides }: PostContent): PostContent {
  const own = overrides[platform];
  return { text: own?.text ?? text, media, overrides: own ? { [platform]: own } : {} };
}

/** Refuses what one of the targets would not take, naming each such target with its limit. */
export function checkContent(content: PostContent, targets: readonly TargetConnection[]): void {
  const textErrors = targets.flatMap((target, place) => textErrorsOf(content, target, place));
  if (textErrors[0])
    throw new Fault(postFaults['post.text_too_long'], { detail: textErrors[0].message, errors: textErrors });
  const mediaErrors = targets.flatMap((target, place) => mediaErrorsOf(content, target, place));
  if (mediaErrors[0])
    throw new Fault(postFaults['post.media_refused'], { detail: mediaErrors[0].message, errors: mediaErrors });
}

function textErrorsOf(
  content: PostContent,
  { id, platform, accountName, textLimits }: TargetConnection,
  place: number,
): FieldError[] {
  const problem = textProblem(platform, contentFor(platform, content).text, textLimits);
  if (!problem) return [];
  const message = `${accountName} on ${platform} (${id}) takes ${problem.max} ${problem.unit}, the text has ${problem.length}`;
  return [{ path: `body.connectionIds.${place}`, code: 'post.text_too_long', message }];
}

function mediaErrorsOf(
  { media }: PostContent,
  { id, platform, accountName }: TargetConnection,
  place: number,
): FieldError[] {
  const problem = mediaProblem(media, catalogue[platform].limits.media);
  if (!problem) return [];
  const message = `${accountName} on ${platform} (${id}) ${problem}`;
  return [{ path: `body.connectionIds.${place}`, code: 'post.media_refused', message }];
}
