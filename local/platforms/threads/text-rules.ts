import { invalidParameter } from '../graph-refusals.ts';

const maxLength = 500;
const maxLinks = 5;

/** 500 characters with each emoji counted by its UTF-8 bytes, and at most five different links, the attached one included. */
export function checkText(text: string, linkAttachment?: string): void {
  const length = [...text.replace(/\p{RGI_Emoji}/gv, (emoji) => 'x'.repeat(Buffer.byteLength(emoji)))].length;
  if (length > maxLength) throw invalidParameter(`Param text must be at most ${maxLength} characters long.`);
  const links = new Set([...(text.match(/https?:\/\/[^\s<>"]+/g) ?? []), ...(linkAttachment ? [linkAttachment] : [])]);
  if (links.size > maxLinks) throw invalidParameter('THREADS_API__LINK_LIMIT_EXCEEDED');
}

export function checkTopic(tag: string): void {
  if (!/^[^.&]{1,50}$/.test(tag))
    throw invalidParameter('Param topic_tag must be 1 to 50 characters long, without periods and ampersands.');
}

export function checkLink(link: string): void {
  if (!URL.canParse(link)) throw invalidParameter('Param link_attachment must be a valid URL.');
}
