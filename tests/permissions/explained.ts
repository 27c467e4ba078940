import type { TalliedGrant } from './tally.ts';

type Explanation = { action: RegExp; function?: RegExp; resource?: RegExp; condition?: RegExp; why: string };

/** Grants that are right though no journey comes to use them. What is in here and used after all, or gone, must go. */
export const explanations: readonly Explanation[] = [
  { action: /^logs:/, why: 'Lambda itself writes what functions print.' },
  { action: /^xray:/, why: 'Lambda itself sends the traces.' },
  {
    action: /^sqs:(ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueueAttributes|GetQueueUrl)$/,
    why: 'The event source mapping reads the queue with the role of its function.',
  },
  {
    action: /^dynamodb:(GetRecords|GetShardIterator|DescribeStream|ListStreams)$/,
    why: 'The event source mapping reads the stream with the role of its function.',
  },
  {
    action: /^sqs:(SendMessage|GetQueueAttributes|GetQueueUrl)$/,
    resource: /DeadLetters/,
    why: 'Lambda puts what a function failed at into its dead-letter queue.',
  },
  {
    action: /^dynamodb:PutItem$/,
    condition: /#LIMITS/,
    why: 'Whoever counts a request ten seconds after the last one fills the bucket again: any operation may be the one.',
  },
  {
    action: /^dynamodb:DeleteItem$/,
    condition: /#REQUESTS/,
    why: 'A refusal that will not last, 429 or 503, gives its Idempotency-Key back.',
  },
  {
    action: /^dynamodb:DeleteItem$/,
    function: /-publish(Lane|Publication)/,
    why: 'Posts go together with their publications; one that is found without its post all the same is taken away.',
  },
  {
    action: /^dynamodb:(Query|BatchGetItem)$/,
    function: /-hintDueLanes/,
    resource: /(gsi3|Table\w*)$/,
    why: 'What is late for minutes is looked at, to tell what is stopped from what is lost.',
  },
  {
    action: /^dynamodb:(GetItem|Query|PutItem|DeleteItem)$/,
    function: /-recheckLocalTimes/,
    resource: /Table\w*$/,
    why: 'Posts are moved when the rules of a zone change, which no journey can bring about.',
  },
  {
    action: /^ssm:GetParameter$/,
    resource: /platforms/,
    why: 'Tokens are renewed and ended with the app of the platform that an account is on: it may be any of them.',
  },
];

export const explains = ({ action, function: name, resource, condition }: Explanation, grant: TalliedGrant) =>
  action.test(grant.action) &&
  (name === undefined || name.test(grant.function)) &&
  (resource === undefined || resource.test(grant.resource)) &&
  (condition === undefined) === (grant.condition === undefined) &&
  (condition === undefined || condition.test(grant.condition ?? ''));
