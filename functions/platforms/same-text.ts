/** Whether a platform shows the text that was sent: spaces and line breaks may have changed on the way. */
export const isSameText = (shown: string, sent: string) => words(shown) === words(sent);

const words = (text: string) => text.normalize('NFC').replace(/\s+/gu, ' ').trim();
