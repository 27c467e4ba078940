import type { Media, MediaLimits } from './contract.ts';

export const isVideo = ({ type }: Pick<Media, 'type'>) => type.startsWith('video/');

/** Why a platform does not take these files, as the end of a sentence about it; undefined when it does. */
export function mediaProblem(media: readonly Media[], limits: MediaLimits): string | undefined {
  if (media.length === 0) return limits.required ? 'takes no post without a picture or a video' : undefined;
  const videos = media.filter(isVideo);
  const images = media.filter((one) => !isVideo(one));
  if (!limits.mixed && videos.length > 0 && images.length > 0) return 'takes pictures or a video, not both in one post';
  return (
    kindProblem(images, limits.images, 'pictures') ??
    kindProblem(videos, limits.videos, 'videos') ??
    altProblem(media, limits)
  );
}

function kindProblem(some: readonly Media[], { max, types }: MediaLimits['images'], name: string): string | undefined {
  if (some.length === 0) return undefined;
  if (max === 0) return `takes no ${name}`;
  if (some.length > max) return `takes ${max} ${name} at most, the post has ${some.length}`;
  const other = some.find(({ type }) => !types.includes(type));
  return other && `takes no ${other.type}, but ${types.join(', ')}`;
}

/** A platform without alternative texts publishes without them; too long a one would be refused or cut. */
function altProblem(media: readonly Media[], { altTextMax }: MediaLimits): string | undefined {
  const longest = Math.max(...media.map(({ altText = '' }) => altText.length));
  return altTextMax > 0 && longest > altTextMax
    ? `takes alternative texts of ${altTextMax} characters, one has ${longest}`
    : undefined;
}
