import { type Resources, resolveResources } from '../../local/template/resources.ts';

type Shorthand = Record<string, { type: string; properties?: Record<string, unknown> }>;

/** The resources of a template with one stack, in region us-east-1. */
export function resourcesOf(resources: Shorthand): Resources {
  const entries = Object.entries(resources).map(([id, { type, properties = {} }]) => [
    id,
    { Type: type, Properties: properties },
  ]);
  const template = {
    Parameters: {},
    Mappings: {},
    Conditions: {},
    Outputs: {},
    Resources: Object.fromEntries(entries),
  };
  const stack = { name: 'test', region: 'us-east-1', account: '000000000000', template };
  return resolveResources({ stacks: [stack] }, { awsUrl: 'http://127.0.0.1:4001', apiUrl: 'http://127.0.0.1:4000' });
}
