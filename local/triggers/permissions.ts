import * as z from 'zod';
import { wildcard } from '../engines/event-pattern.ts';
import type { Resources } from '../template/resources.ts';

const Permission = z.object({
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

type Invocation = { principal: string; functionArn: string; sourceArn: string };

/** Says whether the template lets a service invoke a function (`AWS::Lambda::Permission`). */
export function readPermissions(resources: Resources) {
  const permissions = resources.list('AWS::Lambda::Permission', Permission).map(({ properties }) => properties);
  return ({ principal, functionArn, sourceArn }: Invocation): boolean =>
    permissions.some(
      ({ FunctionName, Principal, SourceArn }) =>
        Principal === principal &&
        FunctionName.split(':').at(-1) === functionArn.split(':').at(-1) &&
        (SourceArn === undefined || wildcard(SourceArn, { single: true }).test(sourceArn)),
    );
}
