import { fetchedFile } from '../fetched-file.ts';
import { imageFormat, imageTooLarge, notFetched } from './refusals.ts';

const maxImageBytes = 8 * 1024 * 1024;
const maxVideoBytes = 300 * 1024 * 1024;

/** Instagram fetches a picture while it makes the container, and refuses what it cannot use. */
export async function checkImage(url: string): Promise<void> {
  const file = await fetchedFile(url, maxImageBytes);
  if (file === 'unreachable') throw notFetched(url);
  if (file === 'too_large') throw imageTooLarge();
  if (file.type !== 'image/jpeg') throw imageFormat(file.type);
}

/** A video is looked at later: what is wrong with it is the subcode in the status of its container. */
export async function videoProblem(url: string): Promise<string | null> {
  const file = await fetchedFile(url, maxVideoBytes);
  if (file === 'unreachable') return '2207052';
  if (file === 'too_large' || !['video/mp4', 'video/quicktime'].includes(file.type)) return '2207026';
  return null;
}
