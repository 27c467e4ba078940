import type { PlatformId, TextLimits } from './contract.ts';
import { countedText as mastodonText } from './mastodon/counted-text.ts';
import { countedText as threadsText } from './threads/counted-text.ts';
import { countedText as tiktokText } from './tiktok/counted-text.ts';
import { countedText as xText } from './x/counted-text.ts';

/** The first bound that a text breaks, and by how much. */
export type TextProblem = { unit: TextLimits['unit'] | 'bytes'; length: number; max: number };

/** Platforms that count a text as if it were another: each gives what it counts. */
const countedTexts: Partial<Record<PlatformId, (text: string, limits: TextLimits) => string>> = {
  mastodon: mastodonText,
  threads: threadsText,
  tiktok: tiktokText,
  x: xText,
};

let segmenter: Intl.Segmenter | undefined;

/** The segmenter takes longer to make than a request to answer, so only who counts graphemes makes it. */
function graphemes(text: string) {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

const count = (text: string, unit: TextLimits['unit']) => [...(unit === 'graphemes' ? graphemes(text) : text)].length;

/** How long the text is for the platform, in the unit of its limits. */
export function textLength(platform: PlatformId, text: string, limits: TextLimits): number {
  return count(countedTexts[platform]?.(text, limits) ?? text, limits.unit);
}

/** Whether the text is too long for an account with these limits: undefined when it fits. */
export function textProblem(platform: PlatformId, text: string, limits: TextLimits): TextProblem | undefined {
  const length = textLength(platform, text, limits);
  if (length > limits.max) return { unit: limits.unit, length, max: limits.max };
  const bytes = Buffer.byteLength(text);
  if (limits.maxBytes !== null && bytes > limits.maxBytes)
    return { unit: 'bytes', length: bytes, max: limits.maxBytes };
  return undefined;
}
