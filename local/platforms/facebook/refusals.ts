import { graphError } from '../graph-refusals.ts';

export const proofMissing = () =>
  graphError({
    message: 'API calls from the server require an appsecret_proof argument',
    type: 'GraphMethodException',
    code: 100,
  });
export const proofInvalid = () =>
  graphError({
    message: 'Invalid appsecret_proof provided in the API argument',
    type: 'GraphMethodException',
    code: 100,
  });
export const invalid = (message: string) => graphError({ message: `(#100) ${message}`, code: 100 });

export const mayNotPost = () =>
  graphError({
    status: 403,
    message:
      '(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts as an admin with sufficient administrative permission',
    code: 200,
  });
export const mayNotRead = () =>
  graphError({
    status: 403,
    message: "(#10) This endpoint requires the 'pages_read_engagement' permission to be granted.",
    code: 10,
  });

export const mayNotComment = (permission: string) =>
  graphError({ status: 403, message: `(#200) Requires ${permission} permission to comment`, code: 200 });
export const mayNotReadComments = () =>
  graphError({
    status: 403,
    message: "(#10) This endpoint requires the 'pages_read_user_content' permission to be granted.",
    code: 10,
  });

export const duplicate = () =>
  graphError({
    message: 'Duplicate status message',
    code: 506,
    subcode: 1455006,
    isTransient: false,
    user: {
      title: 'Duplicate Status Update',
      message:
        'This status update is identical to the last one you posted. Try posting something different, or delete your previous update.',
    },
  });
export const linkToFacebook = () => graphError({ message: 'Invalid parameter', code: 100, subcode: 1609008 });
export const linkInvalid = () => graphError({ message: 'Invalid parameter', code: 100, subcode: 2061006 });

/** https://developers.facebook.com/docs/graph-api/reference/page/photos */
export const imageInvalid = () => graphError({ message: '(#324) Missing or invalid image file', code: 324 });
export const imageTooLarge = () => graphError({ message: 'Invalid parameter', code: 100, subcode: 1366046 });
export const photosPosted = () => graphError({ message: 'Invalid parameter', code: 100, subcode: 1366051 });

/** https://developers.facebook.com/docs/graph-api/reference/page/videos */
export const unpublishedForAds = () =>
  graphError({ status: 403, message: '(#200) Requires pages_manage_ads permission to manage the object', code: 200 });
export const videoNotFetched = () =>
  graphError({ message: '(#389) Unable to fetch video file from URL.', code: 389, subcode: 1363057 });
export const videoFormat = () =>
  graphError({ message: "(#352) The video file you selected is in a format that we don't support.", code: 352 });

/** Calls are counted for each page, in shares of a limit; when there is room again is told in minutes. */
export const pageThrottled = (retryAfterSeconds: number) =>
  graphError({
    message: '(#80001) There have been too many calls to this Page account. Wait a bit and try again.',
    code: 80001,
    headers: {
      'X-Business-Use-Case-Usage': JSON.stringify({
        '1': [
          {
            type: 'pages',
            call_count: 100,
            total_cputime: 25,
            total_time: 25,
            estimated_time_to_regain_access: Math.ceil(retryAfterSeconds / 60),
          },
        ],
      }),
    },
  });
