/** The text as Threads counts it: an emoji is as long as its UTF-8 bytes. */
export const countedText = (text: string): string =>
  text.replace(/\p{RGI_Emoji}/gv, (emoji) => 'x'.repeat(Buffer.byteLength(emoji)));
