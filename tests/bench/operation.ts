import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Endpoint } from '../../functions/runtime/contract.ts';
import { type Call, type Caller, callEvent, lambdaContext } from './call-event.ts';

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/** One thing to measure. What is made by the call itself, or beforehand to be called on, is its subject. */
export type Operation = {
  name: string;
  isRead: boolean;
  /** Makes a subject to call on and gives its id; where it is missing, the call makes one, or needs none. */
  prepare?: () => Promise<string>;
  /** Gives the body of the reply. */
  run: (subject: string) => Promise<string | undefined>;
};

/** Operations of the API as one caller calls them, each by its real handler. */
export const operationsOf =
  (caller: Caller) =>
  (entry: Endpoint, handler: Handler, callOn: (id: string) => Call = () => ({})): Operation => ({
    name: entry.name,
    isRead: entry.route.startsWith('GET '),
    async run(subject) {
      const { statusCode, body } = await handler(callEvent(entry.route, callOn(subject), caller), lambdaContext);
      if (statusCode !== entry.reply.status) throw new Error(`${entry.name}: ${statusCode} ${body}`);
      return body;
    },
  });
