import { App } from 'aws-cdk-lib';
import { clientNest } from '../lib/app.ts';
import { buildFunctions } from '../lib/bundles.ts';
import { settingsOf } from '../lib/settings.ts';

/** The CDK app: `cdk synth`, `cdk deploy`. The stage is `-c stage=…`, else dev. */
const stage: unknown = new App({ autoSynth: false }).node.tryGetContext('stage') ?? 'dev';
await buildFunctions();
clientNest(settingsOf(stage)).synth();
