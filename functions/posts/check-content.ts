import type { TargetConnection } from '../connections/public.ts';
import { catalogue, mediaProblem, textProblem } from '../platforms/public.ts';
import { Fault, type FieldError } from '../runtime/fault.ts';
import { contentOf, type PartContent, partsFor } from './content.ts';
import type { PostContent } from './content-schemas.ts';
import { postFaults } from './faults.ts';

type Code = 'post.text_too_long' | 'post.media_refused' | 'post.thread_refused';
type Problem = { code: Code; problem: string };

/** Refuses what one of the targets would not take, naming each such target with its limit. */
export function checkContent(content: PostContent, targets: readonly TargetConnection[]): void {
  const errors = targets.flatMap((target, place) => errorsOf(content, target, place));
  const [first] = errors;
  if (!first) return;
  const alike = errors.filter(({ code }) => code === first.code);
  throw new Fault(postFaults[first.code], { detail: first.message, errors: alike });
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

type TargetError = FieldError & { code: Code; message: string };

function errorsOf(content: PostContent, target: TargetConnection, place: number): TargetError[] {
  const { id, platform, accountName } = target;
  const [post] = partsFor(platform, content);
  const found = postProblem(post, target) ?? threadProblem(content, target) ?? followUpProblem(content, target);
  if (!found) return [];
  const message = `${accountName} on ${platform} (${id}) ${found.problem}`;
  return [{ path: `body.connectionIds.${place}`, code: found.code, message }];
}

function postProblem({ text, media }: PartContent, { platform, textLimits }: TargetConnection): Problem | undefined {
  const tooLong = textProblem(platform, text, textLimits);
  if (tooLong) return { code: 'post.text_too_long', problem: takes(tooLong, 'text') };
  const problem = mediaProblem(media, catalogue[platform].limits.media);
  return problem === undefined ? undefined : { code: 'post.media_refused', problem };
}

/** Whether the platform has what is to follow the post at all. */
function threadProblem({ thread, firstComment }: PostContent, { platform }: TargetConnection): Problem | undefined {
  const { followUps } = catalogue[platform].limits;
  const count = thread.length + (firstComment === null ? 0 : 1);
  const refused = (problem: string): Problem => ({ code: 'post.thread_refused', problem });
  if (thread.length > 0 && followUps?.kind !== 'replies') return refused('has no threads');
  if (count > 0 && !followUps) return refused('has no comments that we could write');
  if (followUps && count > followUps.max)
    return refused(`takes ${followUps.max} parts after a post, this one has ${count}`);
  return undefined;
}

function followUpProblem(content: PostContent, { platform, textLimits }: TargetConnection): Problem | undefined {
  const { followUps, media: mediaLimits } = catalogue[platform].limits;
  if (!followUps) return undefined;
  const ofText = followUps.kind === 'replies' ? textLimits : followUps.text;
  const [, ...parts] = partsFor(platform, content);
  for (const [place, { text, media }] of parts.entries()) {
    const name = place < content.thread.length ? `part ${place + 1} of the thread` : 'the first comment';
    const tooLong = textProblem(platform, text, ofText);
    if (tooLong) return { code: 'post.thread_refused', problem: takes(tooLong, `text of ${name}`) };
    const problem = mediaProblem(media, { ...mediaLimits, required: false });
    if (problem !== undefined) return { code: 'post.thread_refused', problem: `${problem} (${name})` };
  }
  return undefined;
}

const takes = ({ max, unit, length }: { max: number; unit: string; length: number }, name: string) =>
  `takes ${max} ${unit}, the ${name} has ${length}`;
