import { RemovalPolicy } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Grants } from './grants.ts';
import type { Settings } from './settings.ts';

/** What alarms need: the stage they name and the topic they tell. */
export type AlarmSetup = { settings: Settings; alarms: ITopic };

/** What every construct with a function stands on. */
export type Foundations = AlarmSetup & {
  grants: Grants;
  /** Directory of the built functions. */
  bundles: string;
};

export const removalPolicyOf = ({ keepsData }: Settings) => (keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);

/** Name of a stack, an alarm, a bus: unique in an account that holds several stages. */
export const stageName = ({ stage }: Settings, name?: string) => ['clientnest', stage, name].filter(Boolean).join('-');
