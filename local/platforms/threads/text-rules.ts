import { invalidParameter } from '../graph-refusals.ts';

const maxLength = 500;
const maxLinks = 5;

/** What a text may be: 500 characters with each emoji counted by its UTF-8 bytes, and at most five different links. */
export function checkText(text: string): void {
  if (text.trim() === '') throw invalidParameter('The parameter text is required.');
  const length = [...text.replace(/\p{RGI_Emoji}/gv, (emoji) => 'x'.repeat(Buffer.byteLength(emoji)))].length;
  if (length > maxLength) throw invalidParameter(`Param text must be at most ${maxLength} characters long.`);
  const links = new Set(text.match(/https?:\/\/[^\s<>"]+/g));
  if (links.size > maxLinks) throw invalidParameter('THREADS_API__LINK_LIMIT_EXCEEDED');
}
