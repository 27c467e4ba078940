import type { TargetConnection } from '../connections/public.ts';
import type { FollowUpLimits, MediaLimits, PlatformId, TextLimits } from '../platforms/contract.ts';
import { catalogue, mediaProblems, textProblem } from '../platforms/public.ts';
import { Fault, type FieldError } from '../runtime/fault.ts';
import { contentOf, type PartContent, partsFor } from './content.ts';
import type { PostContent } from './content-schemas.ts';
import { postFaults } from './faults.ts';

type Code = 'post.text_too_long' | 'post.media_refused' | 'post.thread_refused';
type Problem = { path: string; code: Code; problem: string };

/** Enough to mend a post by; each part of a long thread may have several problems on each of its targets. */
const mostOfOneTarget = 10;

/** Refuses what one of the targets would not take, naming each field that is wrong for it, as `POST /posts` calls it. */
export function checkContent(content: PostContent, targets: readonly TargetConnection[]): void {
  const errors = targets.flatMap((target) => errorsOf(content, target));
  const [first] = errors;
  if (first) throw new Fault(postFaults[first.code], { detail: first.message, errors });
}

/** A row of the table has 400 kB, and what became of each target goes into it too. */
const mostBytes = 100_000;

/** About what it takes in a row. */
export const contentBytes = (content: PostContent) => Buffer.byteLength(JSON.stringify(contentOf(content)));

/** Refuses what is too much to keep, whatever the targets; drafts as well. */
export function checkSize(content: PostContent): void {
  const bytes = contentBytes(content);
  if (bytes <= mostBytes) return;
  throw new Fault(postFaults['post.too_large'], { detail: `It is ${bytes} bytes, ${mostBytes} are taken.` });
}

function errorsOf(content: PostContent, target: TargetConnection): (FieldError & { code: Code })[] {
  const { id: connectionId, platform, accountName } = target;
  const problems = [...postProblems(content, target), ...followUpProblems(content, target)];
  return problems.slice(0, mostOfOneTarget).map(({ path, code, problem }) => {
    const message = `${accountName} on ${catalogue[platform].name} ${problem}`;
    return { path, code, message, connectionId };
  });
}

function postProblems(content: PostContent, { platform, textLimits }: TargetConnection): Problem[] {
  const [post] = partsFor(platform, content);
  const hasOwnText = content.overrides[platform]?.text !== undefined;
  const paths = { text: hasOwnText ? `body.overrides.${platform}.text` : 'body.text', media: 'body.media' };
  return partProblems(post, { platform, paths, text: textLimits, media: catalogue[platform].limits.media });
}

/** Whether the platform has what is to follow the post at all, and takes each part of it. */
function followUpProblems(content: PostContent, target: TargetConnection): Problem[] {
  const { thread, firstComment } = content;
  const { followUps } = catalogue[target.platform].limits;
  const hasThreads = followUps?.kind === 'replies';
  const count = thread.length + (firstComment === null ? 0 : 1);
  const missing = [
    ...(thread.length > 0 && !hasThreads ? [refused('body.thread', 'has no threads')] : []),
    ...(firstComment !== null && !followUps
      ? [refused('body.firstComment', 'has no comments that we could write')]
      : []),
  ];
  if (!followUps) return missing;
  const isTooMuch = hasThreads && count > followUps.max;
  const tooMuch = refused('body.thread', `takes ${followUps.max} parts after a post, this one has ${count}`);
  const begin = hasThreads ? 0 : thread.length;
  return [...missing, ...(isTooMuch ? [tooMuch] : []), ...followingProblems(content, target, { followUps, begin })];
}

type Following = { followUps: FollowUpLimits; begin: number };

function followingProblems(
  content: PostContent,
  { platform, textLimits }: TargetConnection,
  { followUps, begin }: Following,
): Problem[] {
  const text = followUps.kind === 'replies' ? textLimits : followUps.text;
  const media = { ...catalogue[platform].limits.media, required: false };
  const [, ...parts] = partsFor(platform, content);
  return parts.slice(begin).flatMap((part, index) => {
    const { name, paths } = placeOf(begin + index, content);
    const problems = partProblems(part, { platform, paths, text, media });
    return problems.map(({ path, problem }) => refused(path, `${problem} (${name})`));
  });
}

const placeOf = (index: number, { thread }: PostContent) =>
  index < thread.length
    ? {
        name: `part ${index + 1} of the thread`,
        paths: { text: `body.thread.${index}.text`, media: `body.thread.${index}.media` },
      }
    : { name: 'the first comment', paths: { text: 'body.firstComment', media: 'body.firstComment' } };

type Takes = {
  platform: PlatformId;
  paths: { text: string; media: string };
  text: TextLimits;
  media: MediaLimits;
};

function partProblems(part: PartContent, { platform, paths, text, media }: Takes): Problem[] {
  const tooLong = textProblem(platform, part.text, text);
  const ofText = tooLong && `takes ${tooLong.max} ${tooLong.unit}, the text has ${tooLong.length}`;
  return [
    ...(ofText === undefined ? [] : [{ path: paths.text, code: 'post.text_too_long' as const, problem: ofText }]),
    ...mediaProblems(part.media, media).map(({ problem, at }) => ({
      path: [paths.media, ...at].join('.'),
      code: 'post.media_refused' as const,
      problem,
    })),
  ];
}

const refused = (path: string, problem: string): Problem => ({ path, code: 'post.thread_refused', problem });
