import type { Media, MediaLimits } from './contract.ts';

export const isVideo = ({ type }: Pick<Media, 'type'>) => type.startsWith('video/');

/** What is wrong, as the end of a sentence about the platform, and where: a file by its place, or nothing less than all. */
export type MediaProblem = { problem: string; at: readonly [] | readonly [place: number, field?: 'altText'] };

type Placed = { file: Media; place: number };

/** Why a platform does not take these files: all that is wrong with them. */
export function mediaProblems(media: readonly Media[], limits: MediaLimits): MediaProblem[] {
  const { required, mixed, images, videos } = limits;
  if (media.length === 0) return required ? [ofAll('takes no post without a picture or a video')] : [];
  const placed = media.map((file, place) => ({ file, place }));
  const moving = placed.filter(({ file }) => isVideo(file));
  const still = placed.filter(({ file }) => !isVideo(file));
  const isMixed = !mixed && moving.length > 0 && still.length > 0;
  return [
    ...(isMixed ? [ofAll('takes pictures or a video, not both in one post')] : []),
    ...kindProblems(still, images, 'pictures'),
    ...kindProblems(moving, videos, 'videos'),
    ...altProblems(placed, limits),
  ];
}

const ofAll = (problem: string): MediaProblem => ({ problem, at: [] });

function kindProblems(some: readonly Placed[], { max, types }: MediaLimits['images'], name: string): MediaProblem[] {
  if (max === 0) return some.map(({ place }) => ({ problem: `takes no ${name}`, at: [place] }));
  const others = some.filter(({ file }) => !types.includes(file.type));
  return [
    ...(some.length > max ? [ofAll(`takes ${max} ${name} at most, the post has ${some.length}`)] : []),
    ...others.map(
      ({ file, place }): MediaProblem => ({ problem: `takes no ${file.type}, but ${types.join(', ')}`, at: [place] }),
    ),
  ];
}

/** A platform without alternative texts publishes without them; too long a one would be refused or cut. */
function altProblems(placed: readonly Placed[], { altTextMax }: MediaLimits): MediaProblem[] {
  if (altTextMax === 0) return [];
  return placed.flatMap(({ file: { altText = '' }, place }): MediaProblem[] => {
    const problem = `takes alternative texts of ${altTextMax} characters, this one has ${altText.length}`;
    return altText.length > altTextMax ? [{ problem, at: [place, 'altText'] }] : [];
  });
}
