import { SandboxRefusal } from '../sandbox-refusal.ts';

/** The error envelope: https://developers.pinterest.com/docs/api/v5/introduction and the examples of each operation there. */
export const refusal = (status: number, code: number, message: string) => new SandboxRefusal(status, { code, message });

export const authenticationFailed = () => refusal(401, 2, 'Authentication failed.');
export const scopeMissing = (scope: string) =>
  refusal(401, 3, `Your application has not been granted the scope ${scope}.`);
export const notPermitted = () => refusal(403, 29, 'You are not permitted to access that resource.');
export const invalid = (message: string) => refusal(400, 1, message);
export const invalidUrl = () =>
  invalid('Whoops! It looks like you entered an invalid URL. Try creating a Pin again with a valid URL.');
export const imageBroken = () => refusal(403, 235, 'Sorry, this image is broken. Please pick a different image.');
export const boardMissing = () => refusal(404, 40, 'Board not found.');
export const sectionMissing = () => refusal(404, 2031, "Sorry! We couldn't find this board section.");
export const pinMissing = () => refusal(404, 50, 'Pin not found.');
export const uploadMissing = () => refusal(404, 404, 'Media upload not found');
export const notFound = () => refusal(404, 11, 'API method not found.');

/** No header that is documented tells when there is room again. */
export const tooMany = () =>
  refusal(
    429,
    8,
    'This request exceeded a rate limit. This can happen if the client exceeds one of the published rate limits or if multiple write operations are applied to an object within a short time window.',
  );

export const failed = (status: number) => refusal(status, 12, 'Something went wrong on our end. Sorry about that.');
