import { explains, explanations } from './explained.ts';
import type { TalliedGrant, Tally } from './tally.ts';

export type Judged = {
  used: TalliedGrant[];
  explained: TalliedGrant[];
  unexplained: TalliedGrant[];
  refusals: Tally['refusals'];
  /** Explanations that nothing needs any more. */
  idle: string[];
};

export function judged({ grants, refusals }: Tally): Judged {
  const used = grants.filter(({ calls }) => calls > 0);
  const unused = grants.filter(({ calls }) => calls === 0);
  const [explained, unexplained] = [
    unused.filter((grant) => explanations.some((one) => explains(one, grant))),
    unused.filter((grant) => !explanations.some((one) => explains(one, grant))),
  ];
  const idle = explanations.filter((one) => !unused.some((grant) => explains(one, grant))).map(({ why }) => why);
  return { used, explained, unexplained, refusals, idle };
}

/** A function of a template as its contract names it. */
const entryName = (name: string) =>
  name
    .split('-')
    .at(-1)
    ?.replace(/ServiceFunction.*$/, '') ?? name;
const lastPart = (resource: string) => resource.split(':').slice(5).join(':') || resource;
const granted = ({ action, resource, condition }: TalliedGrant) =>
  `    ${action} on ${lastPart(resource)}${condition ? ` where ${condition}` : ''}`;

/** What people read: a line a function, and below it what needs a reason. */
export function textReport({ used, explained, unexplained, refusals, idle }: Judged): string {
  const all = [...used, ...explained, ...unexplained];
  const names = [...new Set(all.map((grant) => grant.function))];
  const of = (grants: readonly TalliedGrant[], name: string) => grants.filter((grant) => grant.function === name);
  const lines = names.flatMap((name) => {
    const [inUse, idle, open] = [of(used, name), of(explained, name), of(unexplained, name)];
    const title = `  ${entryName(name).padEnd(28)}${inUse.length} used, ${idle.length} explained, ${open.length} unexplained`;
    return [title, ...open.map(granted)];
  });
  return [
    'Grants by function',
    ...lines,
    '',
    'Refusals',
    ...refusals.map(
      (one) => `  ${entryName(one.function)}: ${one.action} on ${lastPart(one.resource)}, ${one.refused} times`,
    ),
    '',
    'Explanations that explain nothing any more',
    ...idle.map((why) => `  ${why}`),
    '',
    `${all.length} grants: ${used.length} used, ${explained.length} explained, ${unexplained.length} unexplained; ${refusals.length} refusals`,
  ].join('\n');
}
