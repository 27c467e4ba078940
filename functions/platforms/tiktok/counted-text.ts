/** The text as TikTok counts it: by UTF-16 units. */
export const countedText = (text: string): string => 'x'.repeat(text.length);
