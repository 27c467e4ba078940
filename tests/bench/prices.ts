/** List prices of AWS in US dollars, without free tiers and volume discounts. */
export const prices = {
  region: 'us-east-1',
  asOf: '2025-11',
  /** DynamoDB on demand, standard tables: per unit. */
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
  /** Standard queues: per request, whatever it carries up to 64 KB. */
  sqsRequest: 0.4 / 1e6,
  /** Lambda on arm64: per invocation, and per GB and second. */
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  /** Custom events put on a bus. */
  busEvent: 1 / 1e6,
  /** Symmetric keys: per request. */
  kmsRequest: 0.03 / 1e4,
  /** CloudWatch Logs: per GB taken in; metrics in the embedded format come with it. */
  logGb: 0.5,
  /** X-Ray: per trace; one invocation in twenty is traced. */
  trace: 5 / 1e6,
  tracedShare: 0.05,
} as const;
