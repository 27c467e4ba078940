import type { Domain, Endpoint } from '../../functions/runtime/contract.ts';
import { type FaultEntry, faultStatus } from '../../functions/runtime/fault.ts';
import { faultIndex } from '../openapi/problems.ts';
import { faultsOf } from '../openapi/refusals.ts';

const opening = `# Errors

Written by \`npm run openapi\` from the contracts.

Every refusal of an operation is \`application/problem+json\` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with a
\`code\` that never changes its meaning. Decide by the code; \`title\` and \`detail\` are words for people and may change.
\`type\` is \`urn:clientnest:problem:\` and the code. \`requestId\`, also in the header \`X-Request-Id\`, names the request in
our logs. A client must bear codes that it does not know: let it go by the status then.
`;

/** docs/errors.md: every refusal with its status, cause and remedy, and the operations that give it. */
export function errorsPage(domains: readonly Domain[]): string {
  const index = faultIndex(domains);
  const endpoints = domains.flatMap((domain) => Object.values(domain.endpoints ?? {}));
  const section = (fault: FaultEntry) => {
    const givers = endpoints.filter((entry) => faultsOf(entry, index).includes(fault));
    return [
      `### ${fault.code}`,
      `**${faultStatus[fault.kind]}** ${fault.title}`,
      `${fault.remedy}`,
      `Given by ${wordsFor(givers, endpoints)}.`,
    ].join('\n\n');
  };
  const byNoun = Object.groupBy([...index.values()], ({ code }) => code.split('.')[0] ?? code);
  const chapters = Object.entries(byNoun).map(([noun, faults = []]) =>
    [`## ${noun}`, ...faults.map(section)].join('\n\n'),
  );
  return `${[opening.trimEnd(), ...chapters].join('\n\n')}\n`;
}

/** More than these, and a reader learns nothing from their names. */
const namedAtMost = 12;

/** Who gives a refusal, in as few words as tell it. */
function wordsFor(givers: readonly Endpoint[], all: readonly Endpoint[]): string {
  const groups: [words: string, members: readonly Endpoint[]][] = [
    ['every operation', all],
    ['every operation that needs a caller', all.filter(({ auth }) => auth !== 'none')],
    ['every operation of a team', all.filter(({ auth }) => auth === 'team')],
    ['every operation with a body', all.filter(({ body }) => body !== undefined)],
  ];
  const isWhole = (members: readonly Endpoint[]) =>
    members.length === givers.length && members.every((one) => givers.includes(one));
  const whole = groups.find(([, members]) => isWhole(members));
  if (whole) return whole[0];
  if (givers.length > namedAtMost) return `${givers.length} operations`;
  return givers.map(({ route }) => `\`${route}\``).join(', ');
}
