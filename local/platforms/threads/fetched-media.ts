import { fetchedFile } from '../fetched-file.ts';
import { graphError, invalidParameter } from '../graph-refusals.ts';
import { type KeptFile, keepFile } from '../kept-files.ts';
import type { SandboxFiles } from '../sandbox-files.ts';

const maxImageBytes = 8 * 1024 * 1024;
const maxVideoBytes = 1024 * 1024 * 1024;
const videoTypes = ['video/mp4', 'video/quicktime'];

/** Threads fetches a picture while it makes the container, and refuses what it cannot use. */
export async function fetchedImage(files: SandboxFiles, url: string): Promise<KeptFile> {
  const file = await fetchedFile(url, maxImageBytes);
  if (file === 'unreachable') throw notFetched(url);
  if (file === 'too_large') throw invalidParameter('The image is too large: at most 8 MB.');
  if (!['image/jpeg', 'image/png'].includes(file.type))
    throw invalidParameter(`The image format ${file.type} is not supported. Supported formats are: JPEG, PNG.`);
  return keepFile(files, file);
}

/** A video is looked at later: what is wrong with it is told by its container. */
export async function fetchedVideo(files: SandboxFiles, url: string): Promise<KeptFile | { error: string }> {
  const file = await fetchedFile(url, maxVideoBytes);
  if (file === 'unreachable') return { error: 'FAILED_DOWNLOADING_VIDEO' };
  if (file === 'too_large' || !videoTypes.includes(file.type)) return { error: 'FAILED_PROCESSING_VIDEO' };
  return keepFile(files, file);
}

/** Not in the documents: what Threads has answered (gitroomhq/postiz-app, issue 1364). */
const notFetched = (url: string) =>
  graphError({
    message: 'An unknown error occurred',
    code: 1,
    subcode: 2207052,
    isTransient: false,
    user: {
      title: 'Media download has failed',
      message: `The media could not be fetched from this URI: ${url}`,
    },
  });
