import { graphError } from '../graph-refusals.ts';

type Problem = { code: number; subcode: number; title: string; words: string };

/** Refusals of the publishing API: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes */
const refusal = ({ code, subcode, title, words }: Problem) =>
  graphError({ message: words, code, subcode, isTransient: false, user: { title, message: words } });

export const notFetched = (url: string) =>
  refusal({
    code: 9004,
    subcode: 2207052,
    title: 'Media download has failed',
    words: `The media could not be fetched from this uri: ${url}`,
  });
export const imageTooLarge = () =>
  refusal({
    code: 36000,
    subcode: 2207004,
    title: 'Image size too large',
    words: 'The image is too large to download. It should be less than 8 MiB.',
  });
export const imageFormat = (type: string) =>
  refusal({
    code: 36001,
    subcode: 2207005,
    title: 'Unsupported format',
    words: `The image format ${type} is not supported. Supported formats are: JPEG.`,
  });
export const captionTooLong = (length: number) =>
  refusal({
    code: 36004,
    subcode: 2207010,
    title: 'Caption too long',
    words: `The submitted image's caption was ${length} characters long. The maximum number of characters permitted for a caption is 2200. Please submit media with a shorter caption.`,
  });
export const typeUnknown = (type: string) =>
  refusal({
    code: 100,
    subcode: 2207023,
    title: 'Unknown media type',
    words: `The media type ${type} is unknown.`,
  });
export const carouselSize = () =>
  refusal({
    code: 100,
    subcode: 2207028,
    title: 'Carousel size',
    words:
      "Your post won't work as a carousel. Carousels need at least 2 photos/videos and no more than 10 photos/videos.",
  });
export const notReady = () =>
  refusal({
    code: 9007,
    subcode: 2207027,
    title: 'Media not ready',
    words: 'The media is not ready for publishing, please wait for a moment',
  });
export const containerMissing = (id: string) =>
  refusal({
    code: 24,
    subcode: 2207008,
    title: 'Media builder not found',
    words: `The media builder with creation id = ${id} does not exist or has been expired.`,
  });
export const mediaMissing = (id: string) =>
  refusal({
    code: 24,
    subcode: 2207006,
    title: 'Media not found',
    words: `The media with ${id} cannot be found`,
  });
export const quotaReached = () =>
  refusal({
    code: 9,
    subcode: 2207042,
    title: 'Publishing limit',
    words: 'You reached maximum number of posts that is allowed to be published by Content Publishing API.',
  });
export const invalid = (message: string) => graphError({ message: `(#100) ${message}`, code: 100 });

/** Calls are counted for each account, in shares of a limit; when there is room again is told in minutes. */
export const accountThrottled = (retryAfterSeconds: number) =>
  graphError({
    status: 400,
    message: '(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.',
    code: 80002,
    headers: {
      'X-Business-Use-Case-Usage': JSON.stringify({
        '1': [
          {
            type: 'instagram',
            call_count: 100,
            total_cputime: 25,
            total_time: 25,
            estimated_time_to_regain_access: Math.ceil(retryAfterSeconds / 60),
          },
        ],
      }),
    },
  });
